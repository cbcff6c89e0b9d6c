import { BYTES } from '../../ir/dtype'
import { sizeOf } from '../../ir/tensor'
import { isTextConditional, type TimConfig } from './config'
import type { TimCheckpoint } from './load'
import { isRowLayer } from './precision'
import { COMPANIONS } from '../../weights/stored'

/** The process with the runtime loaded: what any network takes beside weights, sessions and activations. */
export const PROCESS_BYTES = 100e6
/** A session of one block: its graph and plan, the stacks of its threads. */
const SESSION_BYTES = 2.5e6
/**
 * Numbers of one token that are alive at once in a block, in widths D: what is normalised, and either q, k, v with their rotated copies
 * and those the attention makes for itself, or the three hidden rows of SwiGLU; the caption adds little.
 */
const ALIVE = 16
/** Of each pass besides: the state that its next block reads and the one that it writes. */
const STATES = 2

/** A pass alone; two for guidance one after the other, block by block; or both as one batch. */
export type GuidedPasses = 'one' | 'apart' | 'joined'

/** What of a pass its memory depends on. */
export interface TransformerRun {
  /** Bytes of the weights that sampling reads, as they are stored. */
  readonly weights: StoredBytes
  /** Tokens of one picture. */
  readonly tokens: number
  readonly passes: GuidedPasses
  readonly captionTokens: number
  readonly streamed: boolean
  /** Whether all blocks are in one session. */
  readonly joined?: boolean
}

export interface StoredBytes {
  /** What all tokens pass in the blocks, their conditioning and caption layers, and what stands before and behind the blocks. */
  readonly body: number
  readonly rows: number
  readonly rest: number
  /** What is widened to f32 at once: the largest matrix in 16 bits, or all 8-bit rows of a block, which the runtime widens before any is used. */
  readonly widened: number
}

/** Bytes of memory that sampling takes at its peak (PSS), text encoder and decoder released. */
export function transformerMemory(config: TimConfig, run: TransformerRun): number {
  const { hidden_size: D, depth } = config
  const { body, rows, rest, widened } = run.weights
  const { streamed, passes, joined = false } = run
  const conditions = passes === 'one' ? 1 : 2
  // Streamed, the parts follow each other: the caption's embedding, each block's conditioning, each block.
  const resident = streamed ? Math.max(body / depth, rows / depth, rest) : body + rows + rest
  const caption = isTextConditional(config) ? 2 * conditions * depth * run.captionTokens * D * BYTES.f32 : 0
  // Besides those of the blocks, one for conditioning and one for captions.
  const sessions = (streamed ? 1 : joined ? 3 : depth + 2) * SESSION_BYTES
  const numbers = ALIVE * (passes === 'joined' ? 2 : 1) + STATES * conditions
  return PROCESS_BYTES + sessions + resident + widened + caption + run.tokens * numbers * D * BYTES.f32
}

/** Bytes that guided passes take as one batch beyond those one after the other. tokens: of one picture. */
export function joiningMemory({ hidden_size: D }: TimConfig, tokens: number): number {
  return tokens * ALIVE * D * BYTES.f32
}

/** What a checkpoint's weights take as they are stored; training's own layers are never read. */
export function storedBytes({ source, parameters, config }: TimCheckpoint): StoredBytes {
  let [body, rows, rest, widened, rowsOfBlocks] = [0, 0, 0, 0, 0]
  for (const { key, length, dtype, shape } of source.tensors.values()) {
    if (key.startsWith('projector.')) continue
    if (!key.startsWith('blocks.')) rest += length
    else if (isRowLayer(key)) rows += length
    else body += length
    const isHalf = (dtype === 'f16' || dtype === 'bf16') && parameters.has(key)
    if (isHalf) widened = Math.max(widened, sizeOf(shape) * BYTES.f32)
    const isRows = source.tensors.has(key + COMPANIONS.q8Scale) && key.startsWith('blocks.') && !isRowLayer(key)
    if (isRows) rowsOfBlocks += sizeOf(shape) * BYTES.f32
  }
  return { body, rows, rest, widened: Math.max(widened, rowsOfBlocks / config.depth) }
}
