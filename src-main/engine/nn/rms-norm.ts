import type { Value } from '../ir/value'
import type { Net } from './net'

/** x / √(mean of x² + ε) · (1 + KEY.weight) over the last axis, Gemma's form of RMS normalisation. Shape: (…,D) → (…,D). */
export function shiftedRmsNorm(net: Net, key: string, x: Value, width: number, epsilon: number): Value {
  const { b } = net
  const power = b.reduceMean(b.mul(x, x), [x.shape.length - 1], true)
  const unit = b.div(x, b.sqrt(b.shift(power, epsilon)))
  return b.mul(unit, b.shift(net.weight(`${key}.weight`, [width]), 1))
}
