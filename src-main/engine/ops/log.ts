import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** Natural logarithm. ONNX Log-13. Shape: (…) → (…). Dtype: floating. */
export const Log = defineOp<'Log'>({
  onnx: 'Log',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(ln x) = dx / x
  jvp: (b, [x], [xDot]) => [b.div(xDot, x)],
  // x̄ = ȳ / x
  vjp: (b, [x], [yBar]) => [b.div(yBar, x)],
})
