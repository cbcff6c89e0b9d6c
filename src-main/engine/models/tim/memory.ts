import { BYTES } from '../../ir/dtype'
import { sizeOf } from '../../ir/tensor'
import { isTextConditional, type TimConfig } from './config'
import type { TimCheckpoint } from './load'

/** The process with the runtime loaded, its sessions and their plans: what any network takes beside weights and activations. */
const PROCESS_BYTES = 110e6
/**
 * Numbers of one token that are alive at once in a block, in widths D: the state read and the one written, what is normalised, and
 * either q, k, v with their rotated copies and those the attention makes for itself, or the three hidden rows of SwiGLU; the caption
 * adds little.
 */
const ALIVE = 23

/** What of a pass its memory depends on. */
export interface TransformerRun {
  /** Bytes of the weights that sampling reads, as they are stored, by block; the others under `rest`. */
  readonly weights: StoredBytes
  /** Tokens of one picture. */
  readonly tokens: number
  /** Pictures (times passes that share a batch) that go through together. */
  readonly batch: number
  readonly captionTokens: number
  readonly streamed: boolean
}

export interface StoredBytes {
  readonly blocks: number
  readonly rest: number
  /** Of the largest matrix that is widened to f32 while its layer runs; 0 where none is. */
  readonly widened: number
}

/** Bytes of memory that sampling takes at its peak (PSS), text encoder and decoder released. */
export function transformerMemory(config: TimConfig, run: TransformerRun): number {
  const { hidden_size: D, depth } = config
  const { blocks, rest, widened } = run.weights
  const resident = run.streamed ? blocks / depth + rest : blocks + rest
  const caption = isTextConditional(config) ? 2 * 2 * depth * run.captionTokens * D * BYTES.f32 : 0
  return PROCESS_BYTES + resident + widened + caption + run.tokens * run.batch * ALIVE * D * BYTES.f32
}

/** What a checkpoint's weights take as they are stored; training's own layers are never read. */
export function storedBytes({ source, parameters }: TimCheckpoint): StoredBytes {
  let [blocks, rest, widened] = [0, 0, 0]
  for (const { key, length, dtype, shape } of source.tensors.values()) {
    if (key.startsWith('projector.')) continue
    if (key.startsWith('blocks.')) blocks += length
    else rest += length
    const isWidened = (dtype === 'f16' || dtype === 'bf16' || dtype === 'i8') && parameters.has(key)
    if (isWidened) widened = Math.max(widened, sizeOf(shape) * BYTES.f32)
  }
  return { blocks, rest, widened }
}
