import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** max(x, 0). ONNX Relu-14. Shape: (…) → (…). Dtype: floating. */
export const Relu = defineOp<'Relu'>({
  onnx: 'Relu',
  since: 14,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d relu = [y > 0]·dx
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.where(b.greater(y, b.scalar(0, y.dtype)), xDot, b.zero(xDot))],
  // x̄ = [y > 0]·ȳ
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.where(b.greater(y, b.scalar(0, y.dtype)), yBar, b.zero(yBar))],
})
