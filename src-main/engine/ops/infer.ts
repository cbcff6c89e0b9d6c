import { isFloat, type DType } from '../ir/dtype'
import type { Fail } from '../ir/op'
import { broadcast, normalAxis, type Shape } from '../ir/shape'
import { showType, type ValueType } from '../ir/value'

/** Result of an elementwise op of two operands of one dtype. */
export function elementwise(x: ValueType, y: ValueType, fail: Fail, out?: DType): readonly ValueType[] {
  if (x.dtype !== y.dtype) return fail(`${showType(x)} and ${showType(y)}`, 'both operands need the same dtype')
  const shape = broadcast(x.shape, y.shape)
  if (!shape) return fail(`${showType(x)} and ${showType(y)}`, 'the shapes must broadcast (equal, or 1)')
  return [{ dtype: out ?? x.dtype, shape }]
}

/** Result of an elementwise op of one floating operand. */
export function floatUnary(x: ValueType, fail: Fail): readonly ValueType[] {
  if (!isFloat(x.dtype)) return fail(showType(x), 'the operand must be floating point')
  return [{ dtype: x.dtype, shape: x.shape }]
}

/** The axis counted from the front, checked. */
export function axisOf(x: ValueType, axis: number, fail: Fail): number {
  return (
    normalAxis(axis, x.shape.length) ??
    fail(`axis ${axis} of ${showType(x)}`, `the axis must be in [−${x.shape.length}, ${x.shape.length - 1}]`)
  )
}

/** The shape with one dimension replaced. */
export function withDim(shape: Shape, axis: number, dim: Shape[number]): Shape {
  return shape.map((d, i) => (i === axis ? dim : d))
}
