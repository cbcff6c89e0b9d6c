import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** 1/x. ONNX Reciprocal-13. Shape: (…) → (…). Dtype: floating. */
export const Reciprocal = defineOp<'Reciprocal'>({
  onnx: 'Reciprocal',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(1/x) = −dx / x²
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.neg(b.mul(xDot, b.mul(y, y)))],
  // x̄ = −ȳ / x²
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.neg(b.mul(yBar, b.mul(y, y)))],
})
