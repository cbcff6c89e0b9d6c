import type { Precision } from '#shared/schema/recipe'
import { isFloat, type DType } from '../ir/dtype'
import type { Tensor } from '../ir/tensor'
import { fromF32, readF32 } from './convert'
import { quantiseRows, rowScales } from './quantise'
import { packs, quantiseBlocks, type Packed } from './quantise-blocks'
import { COMPANIONS, INT8_LIMIT, isCompanion, logicalShape, Q4_BLOCK, type StoredFormat } from './stored'
import type { TensorRef, WeightSource } from './tensor-ref'
import { transposeBytes } from './transpose-bytes'
import { writeSafetensors, type TensorPieces } from './write-safetensors'

/** What becomes of one weight. */
export type StoragePlan = (key: string, shape: readonly number[], precision: Precision) => StoredFormat

export interface ConvertComponentOptions {
  /** Bytes written so far and in all. */
  readonly progress?: (done: number, total: number) => void
  /** Stops between tensors; nothing is left behind. */
  readonly signal?: AbortSignal
  /** Default: every matrix at the precision, vectors (norms, biases) in f32. */
  readonly plan?: StoragePlan
}

/** Every matrix and kernel at the precision where its shape allows, else in 8 bits; vectors in f32. */
export const plainPlan: StoragePlan = (_key, shape, precision) => {
  if (shape.length < 2) return 'f32'
  if (precision === 'q4') return packs(shape) ? 'q4' : 'q8'
  if (precision === 'int8') return shape.length === 2 ? 'int8' : 'q8'
  return precision
}

/**
 * Writes the weights of `source` at a precision to the new file `outFile`, atomically, one weight in memory at a time; tensors that
 * are no floats are copied. Keys stay; companions of quantised ones are named by `COMPANIONS`. Throws WeightsError, FileError, and
 * the signal's reason.
 */
export async function convertComponent(
  source: WeightSource,
  precision: Precision,
  outFile: string,
  { progress, signal, plan = plainPlan }: ConvertComponentOptions = {},
): Promise<void> {
  const out = new Map<string, Tensor | TensorRef | TensorPieces>()
  for (const [key, ref] of source.tensors) {
    if (isCompanion(key)) continue
    if (!isFloat(ref.dtype) && ref.dtype !== 'i8' && ref.dtype !== 'u8') out.set(key, ref)
    else {
      const shape = logicalShape(source, key)
      const format = plan(key, shape, precision)
      if (format === ref.dtype) out.set(key, ref)
      else for (const [name, lazy] of STORE[format](key, shape, () => readF32(source, key))) out.set(name, lazy)
    }
  }
  await writeSafetensors(outFile, out, {
    metadata: { ...source.metadata, precision },
    ...(progress && { onProgress: progress }),
    ...(signal && { signal }),
  })
}

type Store = (key: string, shape: readonly number[], read: () => Tensor<'f32'>) => (readonly [string, TensorPieces])[]

/** A tensor that is made when its turn to be written comes. */
function lazy(dtype: DType, shape: readonly number[], make: () => Tensor): TensorPieces {
  return {
    dtype,
    shape,
    pieces: function* () {
      const { data } = make()
      yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}

/** The tensors of each format. A file orders them by size, so each is made when its turn comes. */
const STORE: { readonly [F in StoredFormat]: Store } = {
  f32: (key, shape, read) => [[key, lazy('f32', shape, read)]],
  f16: (key, shape, read) => [[key, lazy('f16', shape, () => fromF32(read(), 'f16'))]],
  bf16: (key, shape, read) => [[key, lazy('bf16', shape, () => fromF32(read(), 'bf16'))]],
  q8: (key, shape, read) => [
    [key, lazy('i8', shape, () => quantiseRows(read()).values)],
    [key + COMPANIONS.q8Scale, lazy('f32', shape.slice(0, 1), () => rowScales(read()))],
  ],
  q4: (key, [out = 0, inner = 0], read) => {
    const blocks = inner / Q4_BLOCK
    const part = (dtype: DType, shape: number[], of: (packed: Packed) => Tensor): TensorPieces =>
      lazy(dtype, shape, () => of(quantiseBlocks(read())))
    return [
      [key, part('u8', [out, blocks, Q4_BLOCK / 2], ({ values }) => values)],
      [key + COMPANIONS.q4Scale, part('f32', [out, blocks], ({ scale }) => scale)],
      [key + COMPANIONS.q4Zero, part('u8', [out, Math.ceil(blocks / 2)], ({ zero }) => zero)],
    ]
  },
  int8: (key, [out = 0, inner = 0], read) => [
    [key, lazy('i8', [inner, out], () => transposeBytes(quantiseRows(read(), INT8_LIMIT).values))],
    [key + COMPANIONS.int8Scale, lazy('f32', [out], () => rowScales(read(), INT8_LIMIT))],
  ],
}
