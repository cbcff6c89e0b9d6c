import { EngineError } from '../../ir/errors'
import { f32, type Tensor } from '../../ir/tensor'
import { toF32 } from '../../weights/convert'
import { readRows, type TensorRef } from '../../weights/tensor-ref'
import type { Gemma3Config } from './config'

/** What the host computes for the graph from token ids and their mask. */

/** Added to the score of a token that is not seen. */
const UNSEEN = -3.4028234663852886e38

/** Feeds of `gemma3Graph`. ids and mask (1: token, 0: padding): i64 (b,m). Throws EngineError on ids beyond the vocabulary. */
export function gemma3Feeds(
  config: Gemma3Config,
  table: TensorRef,
  ids: Tensor<'i64'>,
  mask: Tensor<'i64'>,
): Record<string, Tensor<'f32'>> {
  const [, length = 0] = ids.shape
  const real = Array.from(mask.data, (value) => value !== 0n)
  const scaling = config.rope_scaling?.rope_type === 'linear' ? config.rope_scaling.factor : 1
  const local = rotation(length, config.head_dim, config.rope_local_base_freq, 1)
  const global = rotation(length, config.head_dim, config.rope_theta, scaling)
  return {
    embeddings: embeddingRows(table, ids),
    real: f32([...ids.shape, 1], real.map(Number)),
    'local.cos': local.cos,
    'local.sin': local.sin,
    'local.mask': seen(ids.shape, real, config.sliding_window),
    'global.cos': global.cos,
    'global.sin': global.sin,
    'global.mask': seen(ids.shape, real, Infinity),
  }
}

/** Embeddings of some tokens, read row by row: the whole table of the 1B model has 604 MB in bf16. Shape: (b,m) → (b,m,D). */
function embeddingRows(table: TensorRef, ids: Tensor<'i64'>): Tensor<'f32'> {
  const [words = 0, width = 0] = table.shape
  const out = new Float32Array(ids.data.length * width)
  const known = new Map<number, Float32Array>()
  ids.data.forEach((value, i) => {
    const id = Number(value)
    if (id < 0 || id >= words) {
      throw new EngineError(
        'text.ids',
        `Token ${id} is outside the vocabulary of ${words}.`,
        'Use the tokenizer of this text encoder.',
      )
    }
    const row = known.get(id) ?? toF32(readRows(table, id, 1)).data
    known.set(id, row)
    out.set(row, i * width)
  })
  return f32([...ids.shape, width], out)
}

/** Angles of each position: n·θ^(−2i/d) for pair i. Shape: (m, d/2). */
function rotation(length: number, width: number, base: number, scaling: number): { cos: Tensor<'f32'>; sin: Tensor<'f32'> } {
  const half = width / 2
  const angles = Float64Array.from(
    { length: length * half },
    (_, i) => Math.floor(i / half) / scaling / base ** ((2 * (i % half)) / width),
  )
  return { cos: f32([length, half], angles.map(Math.cos)), sin: f32([length, half], angles.map(Math.sin)) }
}

/** Which tokens each token sees: itself and real ones before it, at most `window` in all. Shape: (b,m) → (b,1,m,m). */
function seen(shape: readonly number[], real: readonly boolean[], window: number): Tensor<'f32'> {
  const [batch = 0, length = 0] = shape
  const out = new Float32Array(batch * length * length)
  for (let at = 0; at < out.length; at++) {
    const key = at % length
    const query = Math.floor(at / length) % length
    const row = Math.floor(at / length / length)
    const isSeen = key <= query && key > query - window && real[row * length + key]
    // A padding token that sees no token may see anything: its result is not used.
    if (!isSeen && real[row * length + query]) out[at] = UNSEEN
  }
  return f32([batch, 1, length, length], out)
}
