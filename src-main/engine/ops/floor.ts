import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Largest integer ≤ x. ONNX Floor-13. Shape: (…) → (…). Dtype: floating. Piecewise constant: its derivative is zero almost everywhere. */
export const Floor = defineOp<'Floor'>({
  onnx: 'Floor',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // dy = 0
  jvp: (b, [x]) => [b.zero(x)],
  // x̄ = 0
  vjp: () => [null],
})
