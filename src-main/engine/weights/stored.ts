import { isFloat } from '../ir/dtype'
import { missingKey, type TensorRef, type WeightSource } from './tensor-ref'
import { WeightsError } from './weights-error'

/**
 * How a weight lies in its file. A matrix K (O,I):
 * - f32, f16, bf16: as it is.
 * - q8: i8 (O,I), K.q8_scale f32 (O): one scale for each row.
 * - q4: u8 (O, I/32, 16), two numbers in a byte; K.q4_scale f32 (O, I/32), K.q4_zero u8 (O, ⌈I/64⌉): a scale and a zero for each 32 of a row.
 * - int8: i8 (I,O), transposed for products of integers; K.int8_scale f32 (O).
 */
export type StoredFormat = 'f32' | 'f16' | 'bf16' | 'q8' | 'q4' | 'int8'

/** What stands behind the key of a quantised weight in the keys of its companions. */
export const COMPANIONS = { q8Scale: '.q8_scale', q4Scale: '.q4_scale', q4Zero: '.q4_zero', int8Scale: '.int8_scale' } as const

/**
 * Largest number of an int8 weight. Without VNNI, x86 adds products of unsigned activations and signed weights two by two in 16 bits,
 * which overflow where two weights of ±127 meet activations at their end of the range: 10 % of error on evenly spread weights, 1.8 % on
 * normal ones. Up to ±64 nothing can overflow, but steps are coarse; at ±90 both errors are near their least (1.2 % and 1.4 %).
 */
export const INT8_LIMIT = 90

/** Weights of a row that share a scale in 4 bits. */
export const Q4_BLOCK = 32

/** True for a key that belongs to another one's weight. */
export function isCompanion(key: string): boolean {
  return Object.values(COMPANIONS).some((suffix) => key.endsWith(suffix))
}

/** How a weight is stored; undefined for what is no float in any form (class ids, …). Throws WeightsError for integers without their scales. */
export function formatOf(source: WeightSource, key: string): StoredFormat | undefined {
  const ref = source.tensors.get(key)
  if (!ref) throw missingKey(source.path, key)
  if (isFloat(ref.dtype)) return ref.dtype
  const [out = 1, blocks = 0] = ref.shape
  const has = (suffix: string, shape: readonly number[]): boolean => {
    const companion = source.tensors.get(key + suffix)
    return companion?.dtype === 'f32' && companion.shape.join() === shape.join()
  }
  if (ref.dtype === 'i8' && has(COMPANIONS.q8Scale, [out])) return 'q8'
  if (ref.dtype === 'i8' && ref.shape.length === 2 && has(COMPANIONS.int8Scale, [blocks])) return 'int8'
  if (ref.dtype === 'u8' && isPacked(source, ref) && has(COMPANIONS.q4Scale, [out, blocks])) return 'q4'
  if (ref.dtype !== 'i8' && ref.dtype !== 'u8') return undefined
  const what = `stores '${key}' as ${ref.dtype} without a scale for each row`
  throw new WeightsError('weights.dtype', source.path, what, 'Convert the weights again from their f32 originals.')
}

function isPacked(source: WeightSource, { key, shape: [out = 0, blocks = 0, bytes], shape }: TensorRef): boolean {
  const zero = source.tensors.get(key + COMPANIONS.q4Zero)
  const fits = zero?.dtype === 'u8' && zero.shape.join() === [out, Math.ceil(blocks / 2)].join()
  return fits && shape.length === 3 && bytes === Q4_BLOCK / 2
}

/** The shape that a weight has once it is unpacked, whatever it is stored as. Throws WeightsError. */
export function logicalShape(source: WeightSource, key: string): readonly number[] {
  const format = formatOf(source, key)
  const shape = source.tensors.get(key)?.shape ?? []
  const [first = 0, second = 0] = shape
  if (format === 'int8') return [second, first]
  return format === 'q4' ? [first, second * Q4_BLOCK] : shape
}
