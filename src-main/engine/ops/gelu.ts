import type { Builder } from '../ir/builder'
import type { Value } from '../ir/value'
import { defineOp } from './define-op'
import { floatUnary } from './infer'

const ROOT = Math.sqrt(2 / Math.PI)
const CUBIC = 0.044715

/** x·Φ(x), exact or with the tanh approximation (Hendrycks & Gimpel, arXiv 1606.08415). ONNX Gelu-20. Shape: (…) → (…). */
export const Gelu = defineOp<'Gelu'>({
  onnx: 'Gelu',
  since: 20,
  infer: ([x], _, fail) => floatUnary(x, fail),
  form: ({ approximate }) => ({ attributes: { approximate: { string: approximate } } }),
  // dy = gelu'(x)·dx
  jvp: (b, [x], [xDot], { attrs }) => [b.mul(slope(b, x, attrs.approximate), xDot)],
  // x̄ = gelu'(x)·ȳ
  vjp: (b, [x], [yBar], { attrs }) => [b.mul(slope(b, x, attrs.approximate), yBar)],
})

function slope(b: Builder, x: Value, approximate: 'none' | 'tanh'): Value {
  return approximate === 'none' ? exactSlope(b, x) : tanhSlope(b, x)
}

/** Φ(x) + x·φ(x). */
function exactSlope(b: Builder, x: Value): Value {
  const cdf = b.scale(b.shift(b.erf(b.scale(x, Math.SQRT1_2)), 1), 0.5)
  const pdf = b.scale(b.exp(b.scale(b.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return b.add(cdf, b.mul(x, pdf))
}

/** With u = √(2/π)(x + c·x³): ½(1 + tanh u) + ½·x·(1 − tanh²u)·√(2/π)(1 + 3c·x²). */
function tanhSlope(b: Builder, x: Value): Value {
  const square = b.mul(x, x)
  const u = b.scale(b.mul(x, b.shift(b.scale(square, CUBIC), 1)), ROOT)
  const tanh = b.tanh(u)
  const inner = b.scale(b.shift(b.scale(square, 3 * CUBIC), 1), ROOT)
  const sech2 = b.sub(b.scalar(1, x.dtype), b.mul(tanh, tanh))
  return b.scale(b.add(b.shift(tanh, 1), b.mul(x, b.mul(sech2, inner))), 0.5)
}
