import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Hyperbolic tangent. ONNX Tanh-13. Shape: (…) → (…). Dtype: floating. */
export const Tanh = defineOp<'Tanh'>({
  onnx: 'Tanh',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(tanh x) = (1 − tanh²x)·dx
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.mul(xDot, b.sub(b.scalar(1, y.dtype), b.mul(y, y)))],
  // x̄ = (1 − tanh²x)·ȳ
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.mul(yBar, b.sub(b.scalar(1, y.dtype), b.mul(y, y)))],
})
