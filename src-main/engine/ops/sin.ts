import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Sine. ONNX Sin-7. Shape: (…) → (…). Dtype: floating. */
export const Sin = defineOp<'Sin'>({
  onnx: 'Sin',
  since: 7,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(sin x) = cos x·dx
  jvp: (b, [x], [xDot]) => [b.mul(b.cos(x), xDot)],
  // x̄ = cos x·ȳ
  vjp: (b, [x], [yBar]) => [b.mul(b.cos(x), yBar)],
})
