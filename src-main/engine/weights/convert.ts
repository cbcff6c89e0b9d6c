import { isFloat, type DType } from '../ir/dtype'
import { tensor, type Tensor } from '../ir/tensor'
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from '../ir/half'
import { dequantiseRows, quantiseRows } from './quantise'
import { dequantiseBlocks } from './quantise-blocks'
import { COMPANIONS, formatOf, isCompanion } from './stored'
import { weightSource, type TensorRef, type WeightSource } from './tensor-ref'
import { transposeBytes } from './transpose-bytes'
import { writeSafetensors, type WriteOptions } from './write-safetensors'

/** Any float tensor as f32, exactly. Throws RangeError for integers. */
export function toF32(value: Tensor): Tensor<'f32'> {
  switch (value.dtype) {
    case 'f32':
      return value as Tensor<'f32'>
    case 'f16':
      return tensor('f32', value.shape, f16ToF32((value as Tensor<'f16'>).data))
    case 'bf16':
      return tensor('f32', value.shape, bf16ToF32((value as Tensor<'bf16'>).data))
    default:
      throw new RangeError(`toF32: ${value.dtype} is no float.`)
  }
}

/** f32 rounded to another float. */
export function fromF32<D extends 'f32' | 'f16' | 'bf16'>(value: Tensor<'f32'>, dtype: D): Tensor<'f32' | 'f16' | 'bf16'> {
  if (dtype === 'f16') return tensor('f16', value.shape, f32ToF16(value.data))
  if (dtype === 'bf16') return tensor('bf16', value.shape, f32ToBf16(value.data))
  return value
}

/** One weight as f32 in the shape that its network knows, whatever it is stored as. Throws WeightsError or FileError. */
export function readF32(source: WeightSource, key: string): Tensor<'f32'> {
  const companion = <D extends DType>(suffix: string): Tensor<D> => source.read(key + suffix) as Tensor<D>
  switch (formatOf(source, key)) {
    case 'q8':
      return dequantiseRows({ values: source.read(key) as Tensor<'i8'>, scale: companion(COMPANIONS.q8Scale) })
    case 'int8':
      return dequantiseRows({ values: transposeBytes(source.read(key) as Tensor<'i8'>), scale: companion(COMPANIONS.int8Scale) })
    case 'q4':
      return dequantiseBlocks({
        values: source.read(key) as Tensor<'u8'>,
        scale: companion(COMPANIONS.q4Scale),
        zero: companion(COMPANIONS.q4Zero),
      })
    default:
      return toF32(source.read(key))
  }
}

/** Every weight as f32 in host memory: for small networks and for training. Scales are folded into what they scale. */
export function readAllF32(source: WeightSource): Record<string, Tensor<'f32'>> {
  const all: Record<string, Tensor<'f32'>> = {}
  for (const key of source.tensors.keys()) if (!isCompanion(key)) all[key] = readF32(source, key)
  return all
}

export type StoredPrecision = 'f32' | 'f16' | 'bf16' | 'q8'

/** What becomes of one tensor at a precision: matrices and kernels take 8 bits, vectors (norms, biases) stay f32 beside them. */
function narrow(key: string, weight: Tensor<'f32'>, precision: StoredPrecision): [string, Tensor][] {
  if (precision !== 'q8') return [[key, fromF32(weight, precision)]]
  if (weight.shape.length < 2) return [[key, weight]]
  const { values, scale } = quantiseRows(weight)
  return [
    [key, values],
    [key + COMPANIONS.q8Scale, scale],
  ]
}

export interface ConvertOptions extends WriteOptions {
  /** Keys that stay f32 for accuracy. */
  readonly keep?: (key: string) => boolean
}

/**
 * Writes the weights of `source` at another precision to the new file `path`. Tensors that are no floats are copied.
 * Holds the narrowed weights in memory. Throws WeightsError, FileError.
 */
export async function convertWeights(
  source: WeightSource,
  path: string,
  precision: StoredPrecision,
  options: ConvertOptions = {},
): Promise<void> {
  const out = new Map<string, Tensor | TensorRef>()
  for (const [key, ref] of source.tensors) {
    if (isCompanion(key)) continue
    const isWeight = isFloat(ref.dtype) || formatOf(source, key) !== undefined
    if (!isWeight) out.set(key, ref)
    else if (options.keep?.(key)) out.set(key, readF32(source, key))
    else for (const [name, value] of narrow(key, readF32(source, key), precision)) out.set(name, value)
  }
  await writeSafetensors(path, out, options)
}

/** A source whose keys pass through `rename`; undefined leaves a tensor out. For checkpoints that wrap a network's keys in a prefix. */
export function renamed(source: WeightSource, rename: (key: string) => string | undefined): WeightSource {
  const refs: TensorRef[] = []
  for (const ref of source.tensors.values()) {
    const key = rename(ref.key)
    if (key !== undefined) refs.push({ ...ref, key })
  }
  return weightSource(source.path, refs, source.metadata)
}
