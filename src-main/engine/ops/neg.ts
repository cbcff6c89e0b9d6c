import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** −x. ONNX Neg-13. Shape: (…) → (…). Dtype: floating. */
export const Neg = defineOp<'Neg'>({
  onnx: 'Neg',
  since: 13,
  zero: { any: [0] },
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(−x) = −dx
  jvp: (b, _, [xDot]) => [b.neg(xDot)],
  // x̄ = −ȳ
  vjp: (b, _, [yBar]) => [b.neg(yBar)],
})
