import type { Builder } from '../ir/builder'
import type { Value } from '../ir/value'
import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** x·σ(αx); α = 1 is SiLU (arXiv 1702.03118). com.microsoft QuickGelu-1. Shape: (…) → (…). Dtype: floating. */
export const QuickGelu = defineOp<'QuickGelu'>({
  onnx: 'QuickGelu',
  domain: 'com.microsoft',
  since: 1,
  zero: { any: [0] },
  infer: ([x], _, fail) => floatUnary(x, fail),
  form: ({ alpha }) => ({ attributes: { alpha: { float: alpha } } }),
  // dy = y'·dx
  jvp: (b, [x], [xDot], { attrs, outputs: [y] }) => [timesSlope(b, x, y, attrs.alpha, xDot)],
  // x̄ = y'·ȳ
  vjp: (b, [x], [yBar], { attrs, outputs: [y] }) => [timesSlope(b, x, y, attrs.alpha, yBar)],
})

/** y' = σ(αx) + αx·σ(1 − σ) = σ·(1 + α(x − y)), times v: with h = v·σ it is h + h·α(x − y), four passes over memory. */
function timesSlope(b: Builder, x: Value, y: Value, alpha: number, v: Value): Value {
  const scaled = (value: Value): Value => (alpha === 1 ? value : b.scale(value, alpha))
  const h = b.mul(v, b.sigmoid(scaled(x)))
  return b.add(h, b.mul(h, scaled(b.sub(x, y))))
}
