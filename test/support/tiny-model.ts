import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ModelManifest } from '#shared/schema/model-manifest'
import { RandomStream } from '../../src-main/engine/diffusion/noise/random-stream'
import { nameOf } from '../../src-main/engine/ir/graph'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { decode, encode } from '../../src-main/engine/models/patch-ae/build'
import type { PatchAeConfig } from '../../src-main/engine/models/patch-ae/config'
import type { TimConfig } from '../../src-main/engine/models/tim/config'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { createBuilder } from '../../src-main/engine/ops/table'
import { writeManifest } from '../../src-main/engine/weights/manifest'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { fixturePath } from './fixtures'

const CHANNELS = 8

const network = {
  input_size: 8,
  patch_size: 1,
  in_channels: CHANNELS,
  depth: 2,
  hidden_size: 64,
  num_heads: 4,
  mlp_ratio: 4,
  encoder_depth: 1,
  projector_dim: 32,
  z_dim: 16,
  qk_norm: true,
  new_condition: 't-r',
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 24,
} as const

const autoencoder: PatchAeConfig = {
  model_type: 'patch-ae',
  channels: CHANNELS,
  factor: 16,
  widths: [8, 8, 8],
  blocks: [1, 0, 0],
}

/**
 * Writes a whole model into `folder`: real networks of every kind that the embedded model has, small and with random weights, so it
 * draws coloured noise in milliseconds. It takes sides from 64 to 256 in steps of 16.
 */
export async function writeTinyModel(folder: string, kind: 'text' | 'class' = 'text'): Promise<void> {
  const random = new RandomStream(7)
  const config: TimConfig =
    kind === 'text' ? { ...network, cap_feat_dim: 48 } : { ...network, num_classes: 3, class_dropout_prob: 0.1 }
  await writeComponent(join(folder, 'transformer'), config, randomWeights(timParameters(config, { projector: false }), random))
  await writeComponent(join(folder, 'decoder'), autoencoder, randomWeights(decoderParameters(), random))
  await writeComponent(join(folder, 'encoder'), autoencoder, randomWeights(encoderParameters(), random))
  if (kind === 'text') writeTextEncoder(join(folder, 'text'))
  const parts = [...(kind === 'text' ? ['text'] : []), 'transformer', 'decoder', 'encoder']
  await writeManifest(folder, {
    format: 'tim-model/1',
    name: 'tiny',
    title: 'Tiny',
    kind,
    version: '1',
    transport: { name: 'OT_FM' },
    latent: { channels: CHANNELS, factor: 16 },
    nativeSide: 128,
    minSide: 64,
    maxSide: 256,
    maxTokens: kind === 'text' ? 32 : 0,
    ...(kind === 'text' ? { text: { minTokens: 8, maxTokens: 32 } } : { classes: ['tench', 'goldfish', 'shark'] }),
    defaults: { steps: 4, width: 128, height: 128, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 },
    components: Object.fromEntries(parts.map((role) => [role, componentIn(folder, role)])),
    limits: [],
    licence: 'Apache-2.0',
    prompts: ['a fox', 'a teapot'],
  })
}

function componentIn(folder: string, role: string): NonNullable<ModelManifest['components']['text']> {
  const file = join(folder, role, 'model.safetensors')
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  return { folder: role, sha256, bytes: statSync(file).size, licence: 'Apache-2.0', source: 'random' }
}

async function writeComponent(folder: string, config: object, weights: Readonly<Record<string, Tensor>>): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  await writeSafetensors(join(folder, 'model.safetensors'), weights)
}

function randomWeights(shapes: ReadonlyMap<string, readonly number[]>, random: RandomStream): Record<string, Tensor> {
  return Object.fromEntries(
    [...shapes].map(([key, shape]) => {
      const scale = shape.length < 2 ? 0.02 : 1 / Math.sqrt(sizeOf(shape) / (shape[0] ?? 1))
      return [
        key,
        f32(
          shape,
          random.normals(sizeOf(shape)).map((x) => scale * x + (key.endsWith('norm.weight') ? 1 : 0)),
        ),
      ]
    }),
  )
}

function encoderParameters(): ReadonlyMap<string, readonly number[]> {
  const b = createBuilder()
  const graph = b.graph({ latent: encode(b, autoencoder, b.input('picture', 'f32', ['b', 3, 128, 128])) })
  return new Map(graph.params.map((param) => [nameOf(param), param.shape.map(Number)]))
}

function decoderParameters(): ReadonlyMap<string, readonly number[]> {
  const b = createBuilder()
  const graph = b.graph({ picture: decode(b, autoencoder, b.input('latent', 'f32', ['b', CHANNELS, 'h', 'w'])) })
  return new Map(graph.params.map((param) => [nameOf(param), param.shape.map(Number)]))
}

/** The small BERT of the fixtures, and a tokenizer that knows letters. */
function writeTextEncoder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of ['config.json', 'model.safetensors']) copyFileSync(fixturePath('bert', file), join(folder, file))
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789,.']
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...letters, ...letters.map((letter) => `##${letter}`)]
  const special = (token: string): object => ({ SpecialToken: { id: token, type_id: 0 } })
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: tokens.slice(0, 4).map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
}
