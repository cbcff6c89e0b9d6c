import { EngineError } from '../../ir/errors'
import { f32, i64, type Tensor } from '../../ir/tensor'
import { plainNet } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { openSession, type SessionOptions } from '../../runtime/session'
import type { Features } from '../../text/features'
import { bindWeights } from '../../weights/bind'
import { openComponent } from '../../weights/component'
import { renamed } from '../../weights/convert'
import { missingKey } from '../../weights/tensor-ref'
import { gemma3Graph } from './build'
import { Gemma3Config } from './config'
import { gemma3Feeds } from './host'

/** Gemma 3 as a text encoder. */
export interface Gemma3Encoder {
  readonly config: Gemma3Config
  /** ids, mask (1: token, 0: padding on the right): i64 (b,m) → last_hidden_state and hidden_states.-2, f32 (b,m,D). */
  run(ids: Tensor<'i64'>, mask: Tensor<'i64'>): Promise<Record<string, Tensor<'f32'>>>
  /** Features of one prompt's tokens and the vector that stands for every padding token. Shape: L ids → (L,D) and (D). */
  encode(ids: readonly number[]): Promise<{ readonly features: Features; readonly padding: Tensor<'f32'> }>
  release(): Promise<void>
}

/** Opens a component folder (config.json, weights). Reads the rows of the embedding that prompts need, never all. Throws WeightsError, FileError. */
export async function openGemma3(folder: string, options: SessionOptions = {}): Promise<Gemma3Encoder> {
  const { config, weights } = openComponent(folder, Gemma3Config)
  // Multimodal checkpoints keep the decoder under language_model.
  const source = renamed(weights, (key) => key.replace(/^language_model\./, ''))
  const table = source.tensors.get('model.embed_tokens.weight')
  if (!table) throw missingKey(source.path, 'model.embed_tokens.weight')
  const graph = gemma3Graph(plainNet(createBuilder()), config)
  const session = await openSession(graph, { ...options, weights: bindWeights(graph, source), weightsAs: 'initializers' })
  const run: Gemma3Encoder['run'] = async (ids, mask) => {
    if (ids.shape.length !== 2 || mask.shape.join() !== ids.shape.join() || ids.data.length === 0) {
      const got = `ids (${ids.shape.join(',')}) and mask (${mask.shape.join(',')})`
      throw new EngineError(
        'text.ids',
        `Tokens are given as ${got}; both must be (batch, length).`,
        'Give one mask value for each token.',
      )
    }
    return (await session.run(gemma3Feeds(config, table, ids, mask))) as Record<string, Tensor<'f32'>>
  }
  return {
    config,
    run,
    encode: async (prompt) => {
      const length = prompt.length
      const mask = Array.from({ length: length + 1 }, (_, i) => (i < length ? 1 : 0))
      const { last_hidden_state: states } = await run(
        i64([1, length + 1], [...prompt, config.pad_token_id]),
        i64([1, length + 1], mask),
      )
      const data = states?.data ?? new Float32Array(0)
      const width = config.hidden_size
      return {
        features: f32([length, width], data.slice(0, length * width)),
        padding: f32([width], data.slice(length * width)),
      }
    },
    release: () => session.release(),
  }
}
