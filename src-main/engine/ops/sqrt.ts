import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Square root. ONNX Sqrt-13. Shape: (…) → (…). Dtype: floating. */
export const Sqrt = defineOp<'Sqrt'>({
  onnx: 'Sqrt',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(√x) = dx / (2√x)
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.div(b.scale(xDot, 0.5), y)],
  // x̄ = ȳ / (2√x)
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.div(b.scale(yBar, 0.5), y)],
})
