import { allocate, type DType, type Storage } from './dtype'

/** A dense row-major array on the host. Scalars have shape []. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: Storage[D]
}

/** Number of elements of a concrete shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/** A tensor of `shape` over `data`. Throws RangeError when the lengths disagree. */
export function tensor<D extends DType>(dtype: D, shape: readonly number[], data: Storage[D]): Tensor<D> {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`tensor: shape (${shape.join(',')}) needs ${sizeOf(shape)} elements, got ${data.length}.`)
  }
  return { dtype, shape, data }
}

/** f32 tensor from any numbers. */
export function f32(shape: readonly number[], values: ArrayLike<number>): Tensor<'f32'> {
  return tensor('f32', shape, values instanceof Float32Array ? values : Float32Array.from(values))
}

/** i64 tensor from integers. */
export function i64(shape: readonly number[], values: readonly (number | bigint)[]): Tensor<'i64'> {
  return tensor('i64', shape, BigInt64Array.from(values, BigInt))
}

/** Zeros of `shape`. */
export function zeros<D extends DType>(dtype: D, shape: readonly number[]): Tensor<D> {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) }
}
