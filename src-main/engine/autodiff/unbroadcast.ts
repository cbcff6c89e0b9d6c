import type { Builder } from '../ir/builder'
import { sameShape } from '../ir/shape'
import type { Value, ValueType } from '../ir/value'

/** Sums a cotangent over the axes along which its primal was broadcast. Shape: broadcast(A) → A. */
export function unbroadcast(b: Builder, bar: Value, primal: ValueType): Value {
  if (sameShape(bar.shape, primal.shape)) return bar
  const extra = bar.shape.length - primal.shape.length
  const axes = bar.shape.flatMap((dim, i) => (i < extra || (primal.shape[i - extra] === 1 && dim !== 1) ? [i] : []))
  return b.reshape(b.reduceSum(bar, axes), primal.shape)
}
