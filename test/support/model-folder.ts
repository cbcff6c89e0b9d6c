import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelManifest } from '../../shared/schema/model-manifest'
import { identify, sha256Of } from '../../src-main/engine/files/file-identity'
import { nameOf } from '../../src-main/engine/ir/graph'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { bertGraph } from '../../src-main/engine/models/bert/build'
import { BertConfig } from '../../src-main/engine/models/bert/config'
import { decode, encode } from '../../src-main/engine/models/patch-ae/build'
import { PatchAeConfig } from '../../src-main/engine/models/patch-ae/config'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { createBuilder } from '../../src-main/engine/ops/table'
import { convertWeights, type StoredPrecision } from '../../src-main/engine/weights/convert'
import { writeManifest } from '../../src-main/engine/weights/manifest'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { seededRandom } from './mutate'

/**
 * `tiny` and `classes` draw in milliseconds, for tests of what happens around a model; `starter` has the shape and precision of
 * the embedded model, for measurements. Weights are random with a fixed seed: the pictures are noise, and always the same noise.
 */
export type ModelSize = 'tiny' | 'classes' | 'starter'

interface Plan {
  readonly tim: TimConfig
  readonly text?: BertConfig
  readonly decoder: PatchAeConfig
  readonly manifest: Pick<ModelManifest, 'nativeSide' | 'minSide' | 'maxSide' | 'maxTokens' | 'kind' | 'classes' | 'defaults'>
  readonly precision: { readonly tim: StoredPrecision; readonly text: StoredPrecision; readonly decoder: StoredPrecision }
}

const switches = { qk_norm: true, new_condition: 't-r', use_new_embed: true, distance_aware: true } as const
const tinyTim = {
  ...switches,
  input_size: 2,
  patch_size: 1,
  in_channels: 8,
  depth: 2,
  hidden_size: 64,
  num_heads: 4,
  encoder_depth: 1,
}
const tinyDecoder = PatchAeConfig.parse({ model_type: 'patch-ae', channels: 8, factor: 16, widths: [8, 8, 8], blocks: [1, 1, 1] })
const exact = { tim: 'f32', text: 'f32', decoder: 'f32' } as const
const sides = (side: number): Plan['manifest']['defaults'] => ({
  steps: 2,
  width: side,
  height: side,
  cfg: { scale: 2.5, low: 0, high: 1 },
  stochasticity: 0,
})
const bert = { hidden_act: 'gelu', layer_norm_eps: 1e-12, type_vocab_size: 2 } as const

const PLANS: { readonly [S in ModelSize]: Plan } = {
  tiny: {
    tim: TimConfig.parse({ ...tinyTim, cap_feat_dim: 32 }),
    text: BertConfig.parse({
      ...bert,
      vocab_size: 128,
      hidden_size: 32,
      num_hidden_layers: 1,
      num_attention_heads: 4,
      intermediate_size: 64,
      max_position_embeddings: 64,
    }),
    decoder: tinyDecoder,
    manifest: { kind: 'text', nativeSide: 32, minSide: 16, maxSide: 96, maxTokens: 16, defaults: sides(32) },
    precision: exact,
  },
  classes: {
    tim: TimConfig.parse({ ...tinyTim, num_classes: 4, class_dropout_prob: 0.1 }),
    decoder: tinyDecoder,
    manifest: {
      kind: 'class',
      classes: ['red fox, Vulpes vulpes', 'arctic fox, Alopex lagopus', 'golden retriever', 'volcano'],
      nativeSide: 32,
      minSide: 16,
      maxSide: 96,
      maxTokens: 0,
      defaults: sides(32),
    },
    precision: exact,
  },
  starter: {
    tim: TimConfig.parse({
      ...switches,
      input_size: 8,
      patch_size: 1,
      in_channels: 48,
      depth: 6,
      hidden_size: 256,
      cap_feat_dim: 384,
      num_heads: 4,
      encoder_depth: 2,
      lora_hidden_size: 96,
    }),
    text: BertConfig.parse({
      ...bert,
      vocab_size: 30522,
      hidden_size: 384,
      num_hidden_layers: 6,
      num_attention_heads: 12,
      intermediate_size: 1536,
      max_position_embeddings: 512,
    }),
    decoder: PatchAeConfig.parse({ model_type: 'patch-ae', channels: 48, factor: 16, widths: [192, 96, 48], blocks: [2, 2, 1] }),
    manifest: { kind: 'text', nativeSide: 128, minSide: 128, maxSide: 128, maxTokens: 64, defaults: sides(128) },
    precision: { tim: 'f16', text: 'q8', decoder: 'f16' },
  },
}

/** Writes a whole model folder. */
export async function writeModelFolder(folder: string, size: ModelSize): Promise<void> {
  const { tim, text, decoder, manifest, precision } = PLANS[size]
  const components: ModelManifest['components'] = {}
  const add = async (
    role: 'text' | 'transformer' | 'decoder' | 'encoder',
    config: object,
    shapes: Shapes,
    stored: StoredPrecision,
  ) => {
    const file = await writeComponent(join(folder, role), config, shapes, stored)
    components[role] = {
      folder: role,
      sha256: await sha256Of(file),
      bytes: identify(file).size,
      licence: 'none',
      source: 'random',
    }
  }
  await add('transformer', tim, timParameters(tim, { projector: false }), precision.tim)
  await add('decoder', decoder, decoderShapes(decoder), precision.decoder)
  await add('encoder', decoder, encoderShapes(decoder), precision.decoder)
  if (text) {
    await add('text', text, bertShapes(text), precision.text)
    writeFileSync(join(folder, 'text', 'tokenizer.json'), JSON.stringify(tokenizer()))
  }
  await writeManifest(folder, {
    format: 'tim-model/1',
    name: size,
    title: `Random (${size})`,
    version: '1',
    transport: { name: 'OT_FM' },
    latent: { channels: tim.in_channels, factor: decoder.factor },
    ...manifest,
    ...(text ? { text: { minTokens: 4, maxTokens: manifest.maxTokens } } : {}),
    components,
    limits: [],
    licence: 'none',
  })
}

type Shapes = ReadonlyMap<string, readonly number[]>

async function writeComponent(folder: string, config: object, shapes: Shapes, stored: StoredPrecision): Promise<string> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const random = seededRandom(7)
  const weights = new Map([...shapes].map(([key, shape]) => [key, randomWeight(key, shape, random)]))
  const file = join(folder, 'model.safetensors')
  await writeSafetensors(file, weights)
  if (stored !== 'f32') await convertWeights(openSafetensors(file), file, stored)
  return file
}

/** Scaled so that signals keep their size: Xavier for matrices; norms near 1, biases near 0, so that no term hides. */
function randomWeight(key: string, shape: readonly number[], random: () => number): Tensor<'f32'> {
  const [out = 1, ...rest] = shape
  const centre = /norm\w*\.weight$/i.test(key) ? 1 : 0
  const bound = shape.length < 2 ? 0.03 : Math.sqrt(6 / (out + sizeOf(rest)))
  const data = new Float32Array(sizeOf(shape))
  for (let i = 0; i < data.length; i++) data[i] = centre + bound * (2 * random() - 1)
  return f32(shape, data)
}

function decoderShapes(config: PatchAeConfig): Shapes {
  const b = createBuilder()
  const graph = b.graph({ picture: decode(b, config, b.input('latent', 'f32', ['b', config.channels, 'h', 'w'])) })
  return new Map(graph.params.map((param) => [nameOf(param), param.shape.map(Number)]))
}

function encoderShapes(config: PatchAeConfig): Shapes {
  const b = createBuilder()
  const graph = b.graph({ latent: encode(b, config, b.input('picture', 'f32', ['b', 3, config.factor, config.factor])) })
  return new Map(graph.params.map((param) => [nameOf(param), param.shape.map(Number)]))
}

function bertShapes(config: BertConfig): Shapes {
  return new Map(bertGraph(createBuilder(), config).params.map((param) => [nameOf(param), param.shape.map(Number)]))
}

/** WordPiece over single letters and digits, with BERT's own normaliser and brackets. */
function tokenizer(): object {
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?\'"-']
  const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters, ...letters.map((letter) => `##${letter}`)]
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]))
  const special = (name: string) => ({ id: name, ids: [vocab[name]], tokens: [name] })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: words.slice(0, 5).map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  }
}
