import { defineOp } from './define-op'
import { floatUnary } from './infer'
import type { Builder } from '../ir/builder'
import type { Value } from '../ir/value'

const slope = (b: Builder, x: Value): Value => b.scale(b.exp(b.neg(b.mul(x, x))), 2 / Math.sqrt(Math.PI))

/** Error function. ONNX Erf-13. Shape: (…) → (…). Dtype: floating. */
export const Erf = defineOp<'Erf'>({
  onnx: 'Erf',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // d(erf x) = 2/√π · e^(−x²)·dx
  jvp: (b, [x], [xDot]) => [b.mul(xDot, slope(b, x))],
  // x̄ = 2/√π · e^(−x²)·ȳ
  vjp: (b, [x], [yBar]) => [b.mul(yBar, slope(b, x))],
})
