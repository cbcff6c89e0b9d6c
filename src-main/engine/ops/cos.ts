import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Cosine. ONNX Cos-7. Shape: (…) → (…). Dtype: floating. */
export const Cos = defineOp<'Cos'>({
  onnx: 'Cos',
  since: 7,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(cos x) = −sin x·dx
  jvp: (b, [x], [xDot]) => [b.neg(b.mul(b.sin(x), xDot))],
  // x̄ = −sin x·ȳ
  vjp: (b, [x], [yBar]) => [b.neg(b.mul(b.sin(x), yBar))],
})
