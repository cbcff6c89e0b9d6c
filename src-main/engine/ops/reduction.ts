import type { Builder } from '../ir/builder'
import { countOf, type Dim } from '../ir/dim'
import type { Fail } from '../ir/op'
import { showType, type Value, type ValueType } from '../ir/value'
import { axisOf } from './infer'

interface Axes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** Type after a reduction. */
export function reduced(x: ValueType, attrs: Axes, fail: Fail): readonly ValueType[] {
  const axes = attrs.axes.map((axis) => axisOf(x, axis, fail))
  if (new Set(axes).size !== axes.length || axes.length === 0)
    return fail(`${showType(x)} over (${attrs.axes.join(',')})`, 'name each axis once')
  const shape = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
  return [{ dtype: x.dtype, shape: attrs.keepDims ? shape : shape.filter((_, i) => !axes.includes(i)) }]
}

/** A reduced value with its reduced axes back as 1, so that it broadcasts against x. */
export function keepAxes(b: Builder, y: Value, x: ValueType, axes: readonly number[]): Value {
  const rank = x.shape.length
  const reducedAxes = axes.map((axis) => (axis < 0 ? axis + rank : axis))
  return b.reshape(
    y,
    x.shape.map((dim, i) => (reducedAxes.includes(i) ? 1 : dim)),
  )
}

/** 1/count of the reduced elements; measured in the graph where the count is symbolic. */
export function share(b: Builder, x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length
  const sizes: Dim[] = axes.map((axis) => x.shape[axis < 0 ? axis + rank : axis] ?? 1)
  const count = countOf(sizes)
  if (typeof count === 'number') return b.scalar(1 / count, x.dtype)
  const ones = b.expand(b.scalar(1, x.dtype), sizes)
  return b.reciprocal(
    b.reduceSum(
      ones,
      sizes.map((_, i) => i),
    ),
  )
}
