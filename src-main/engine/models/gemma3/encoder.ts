import type { DType } from '../../ir/dtype'
import { EngineError } from '../../ir/errors'
import type { Shape } from '../../ir/shape'
import { f32, i64, type Tensor } from '../../ir/tensor'
import { plainNet, type Net } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { openSession, type SessionOptions } from '../../runtime/session'
import type { Features } from '../../text/features'
import { bindWeights } from '../../weights/bind'
import { openComponent } from '../../weights/component'
import { renamed } from '../../weights/convert'
import { missingKey, type WeightSource } from '../../weights/tensor-ref'
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

/** Matrices in the precision of their file, widened where they are used: the published ones have 16 bits. */
function storedNet(source: WeightSource): Net {
  const b = createBuilder()
  const dtypeOf = (key: string, shape: Shape): DType => {
    const dtype = source.tensors.get(key)?.dtype
    return shape.length > 1 && (dtype === 'bf16' || dtype === 'f16') ? dtype : 'f32'
  }
  return { b, weight: (key, shape) => b.cast(b.param(key, dtypeOf(key, shape), shape), 'f32') }
}

/** Opens a component folder (config.json, weights). Reads the rows of the embedding that prompts need, never all. Throws WeightsError, FileError. */
export async function openGemma3(folder: string, options: SessionOptions = {}): Promise<Gemma3Encoder> {
  const { config, weights } = openComponent(folder, Gemma3Config)
  // Multimodal checkpoints keep the decoder under language_model.
  const source = renamed(weights, (key) => key.replace(/^language_model\./, ''))
  const table = source.tensors.get('model.embed_tokens.weight')
  if (!table) throw missingKey(source.path, 'model.embed_tokens.weight')
  const onCpu = (options.provider ?? 'cpu') === 'cpu'
  const graph = gemma3Graph(onCpu ? storedNet(source) : plainNet(createBuilder()), config)
  // Few tokens meet many weights: read from the file as they lie, at 0.7 times the speed of a private copy that takes longer to make.
  const stored = onCpu ? { mapped: true, asStored: true } : {}
  const session = await openSession(graph, {
    ...stored,
    ...options,
    weights: bindWeights(graph, source),
    weightsAs: 'initializers',
  })
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
      // One token of padding tells what every other one is; encoded with its prompt, so that the same prompt ever gives the same bits.
      const ids = [...prompt, config.pad_token_id]
      const mask = ids.map((_, i) => (i < prompt.length ? 1 : 0))
      const { last_hidden_state: states } = await run(i64([1, ids.length], ids), i64([1, ids.length], mask))
      const data = states?.data ?? new Float32Array(0)
      const width = config.hidden_size
      const length = prompt.length * width
      return { features: f32([prompt.length, width], data.slice(0, length)), padding: f32([width], data.slice(length)) }
    },
    release: () => session.release(),
  }
}
