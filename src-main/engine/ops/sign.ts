import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** −1, 0 or 1. ONNX Sign-13. Shape: (…) → (…). Dtype: floating. Piecewise constant: its derivative is zero almost everywhere. */
export const Sign = defineOp<'Sign'>({
  onnx: 'Sign',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // dy = 0
  jvp: (b, [x]) => [b.zero(x)],
  // x̄ = 0
  vjp: () => [null],
})
