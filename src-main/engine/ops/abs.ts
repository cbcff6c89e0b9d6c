import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** |x|. ONNX Abs-13. Shape: (…) → (…). Dtype: floating. */
export const Abs = defineOp<'Abs'>({
  onnx: 'Abs',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d|x| = sign(x)·dx
  jvp: (b, [x], [xDot]) => [b.mul(b.sign(x), xDot)],
  // x̄ = sign(x)·ȳ
  vjp: (b, [x], [yBar]) => [b.mul(b.sign(x), yBar)],
})
