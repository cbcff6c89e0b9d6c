import { BYTES } from '../../ir/dtype'
import { sizeOf, type Tensor } from '../../ir/tensor'
import { readF32 } from '../../weights/convert'
import { COMPANIONS, formatOf } from '../../weights/stored'
import type { WeightSource } from '../../weights/tensor-ref'
import type { TimCheckpoint } from './load'

/** The frozen weights under an adapter that is trained. */
export interface TrainingBase {
  /** By key, companions of quantised weights too; without the projector, which serves an objective that adapters do not have. */
  readonly weights: Readonly<Record<string, Tensor>>
  /** Where weights stay as they are stored, and are widened while a stage runs; undefined where all are f32. */
  readonly source: WeightSource | undefined
  /** A layer's weight in f32, for what depends on it once (DoRA's magnitudes). */
  readonly weight: (layer: string) => Tensor<'f32'>
}

/** Reads a checkpoint as a base: f16 and 8-bit rows stay as they are; products of integers have no derivatives, so there all becomes f32. */
export function trainingBase(checkpoint: TimCheckpoint): TrainingBase {
  const { source } = checkpoint
  const weight = (layer: string): Tensor<'f32'> => readF32(source, `${layer}.weight`)
  const read = (key: string): Tensor => (staysStored(checkpoint) ? source.read(key) : readF32(source, key))
  const weights = Object.fromEntries(baseKeys(checkpoint).map((key) => [key, read(key)]))
  return { weights, weight, source: trainingSource(checkpoint) }
}

/** `source` of `trainingBase`, without reading weights. */
export function trainingSource(checkpoint: TimCheckpoint): WeightSource | undefined {
  return staysStored(checkpoint) ? checkpoint.source : undefined
}

/** Bytes that the base will take. */
export function trainingBaseBytes(checkpoint: TimCheckpoint): number {
  if (!staysStored(checkpoint))
    return baseKeys(checkpoint).reduce((sum, key) => sum + 4 * sizeOf(checkpoint.parameters.get(key) ?? [0]), 0)
  const refs = baseKeys(checkpoint).map((key) => checkpoint.source.tensors.get(key))
  return refs.reduce((sum, ref) => sum + (ref ? sizeOf(ref.shape) * BYTES[ref.dtype] : 0), 0)
}

/** Keys of what is read: the network's own, and, stored, those of their companions. */
function baseKeys(checkpoint: TimCheckpoint): string[] {
  const { source, parameters } = checkpoint
  const own = [...parameters.keys()].filter((key) => !key.startsWith('projector.'))
  if (!staysStored(checkpoint)) return own
  return own.flatMap((key) => [key, key + COMPANIONS.q8Scale].filter((name) => source.tensors.has(name)))
}

function staysStored({ source, parameters }: TimCheckpoint): boolean {
  const formats = new Set([...parameters.keys()].map((key) => formatOf(source, key)))
  return (
    formats.size > 0 &&
    ![...formats].some((format) => format === 'q4' || format === 'int8') &&
    !(formats.size === 1 && formats.has('f32'))
  )
}
