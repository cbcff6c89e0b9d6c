import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** eˣ. ONNX Exp-13. Shape: (…) → (…). Dtype: floating. */
export const Exp = defineOp<'Exp'>({
  onnx: 'Exp',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(eˣ) = eˣ·dx
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.mul(y, xDot)],
  // x̄ = eˣ·ȳ
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.mul(y, yBar)],
})
