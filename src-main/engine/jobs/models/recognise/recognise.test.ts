import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelPart } from '#shared/engine/models'
import { fixturePath } from '../../../../../test/support/fixtures'
import { fixtureWeights, writeShardedGemma, writeTorchCheckpoint } from '../../../../../test/support/published-files'
import { temporaryFolder } from '../../../../../test/support/temporary-folder'
import { f32, type Tensor } from '../../../ir/tensor'
import { dcAeParameters } from '../../../models/dc-ae/parameters'
import { gemma3Parameters } from '../../../models/gemma3/parameters'
import { sdVaeParameters } from '../../../models/sd-vae/parameters'
import { isTextConditional } from '../../../models/tim/config'
import { timParameters } from '../../../models/tim/parameters'
import { weightSource, type TensorRef } from '../../../weights/tensor-ref'
import { writeSafetensors } from '../../../weights/write-safetensors'
import { dcAe, gemma3, RELEASED, sdVae } from '../released'
import { dcAeDesign } from './dc-ae'
import { gemma3Design } from './gemma3'
import { recognise } from './recognise'
import { sdVaeDesign } from './sd-vae'
import { timDesign } from './tim'

const folder = temporaryFolder()

/** The weights of a fixture, alone in a folder without config.json. */
async function bare(name: string, weights: Record<string, Tensor>): Promise<string> {
  const path = join(folder, name, 'weights.safetensors')
  await writeSafetensors(path, weights)
  return path
}

/** Tensors of given shapes that hold nothing: what is told from keys and shapes needs no more. */
function shapesOnly(parameters: ReadonlyMap<string, readonly number[]>): Map<string, TensorRef> {
  return new Map(
    [...parameters].map(([key, shape]) => [key, { key, dtype: 'f32', shape, file: 'x.safetensors', offset: 0, length: 0 }]),
  )
}

const given = { path: 'x', folder: 'x', source: weightSource('x', []), config: undefined }

describe('every released size is told from keys and shapes alone', () => {
  it.each(Object.entries(RELEASED))('%s', (_name, { tim }) => {
    const tensors = shapesOnly(timParameters(tim, { projector: true }))
    expect(timDesign.read(tensors, given).is).toEqual({ design: 'tim', tim })
    const parameters = [...timParameters(tim, { projector: false }).values()]
    const millions = parameters.reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0) / 1e6
    const published = isTextConditional(tim) ? 865 : tim.depth === 28 ? 664 : 129
    expect(Math.round(millions)).toBe(published)
  })

  it('autoencoders and the text encoder', () => {
    expect(dcAeDesign.read(shapesOnly(dcAeParameters(dcAe)), given).config).toMatchObject({
      ...dcAe,
      decoder_norm_types: Array(6).fill('rms_norm'),
      decoder_act_fns: Array(6).fill('silu'),
      encoder_block_types: dcAe.encoder_block_types,
    })
    expect(sdVaeDesign.read(shapesOnly(sdVaeParameters(sdVae)), given).config).toMatchObject(sdVae)
    expect(gemma3Design.read(shapesOnly(gemma3Parameters(gemma3)), given).is).toEqual({ design: 'gemma3', gemma3 })
  })
})

describe('the fixtures’ networks without their config.json', () => {
  it.each(['tim-t2i', 'tim-t2i-plain', 'tim-c2i', 'tim-c2i-p4'])('%s', async (fixture) => {
    const { is, parameters, tensors } = recognise(await bare(fixture, fixtureWeights(fixture)), 'transformer')
    const told = recognise(fixturePath(fixture, 'model.safetensors'), 'transformer')
    expect([...tensors.keys()].sort()).toEqual([...parameters.keys()].sort())
    expect(parameters).toEqual(told.parameters)
    if (is.design !== 'tim' || told.is.design !== 'tim') throw new TypeError('both are TiM networks')
    // What no shape tells: the size it was trained at, and heads without norms of their own.
    expect({ ...is.tim, input_size: 0, num_heads: 0 }).toEqual({ ...told.is.tim, input_size: 0, num_heads: 0 })
  })

  it.each(['dc-ae', 'dc-ae-f32c32-in'])('%s', async (fixture) => {
    const path = await bare(fixture, fixtureWeights(fixture))
    // Narrower heads than the published ones show in no shape of the second family.
    const heads = { _class_name: 'AutoencoderDC', attention_head_dim: 8 }
    if (fixture !== 'dc-ae') writeFileSync(join(folder, fixture, 'config.json'), JSON.stringify(heads))
    const found = recognise(path, 'autoencoder')
    const told = recognise(fixturePath(fixture), 'autoencoder')
    expect(found.parameters).toEqual(told.parameters)
    expect(found.notes).toEqual(fixture === 'dc-ae' ? [] : [expect.stringContaining('another family')])
  })
})

describe('wrappings of the same weights', () => {
  const weights = fixtureWeights('tim-c2i')

  it.each([
    ['as torch.save of a state_dict', []],
    ['below model', ['model']],
    ['below state_dict of a module', ['state_dict', 'module']],
  ])('%s', (_what, nest) => {
    const path = join(folder, `${nest.join('-')}.pt`)
    writeTorchCheckpoint(path, 'tim-c2i', ...nest)
    const { tensors } = recognise(path, 'transformer')
    expect([...tensors.keys()].sort()).toEqual(Object.keys(weights).sort())
  })

  it('takes averaged weights where a file has both, and says so', async () => {
    const both = Object.entries(weights).flatMap(([key, value]) => [
      [`model.${key}`, value],
      [`ema.${key}`, value],
    ])
    const { tensors, notes } = recognise(await bare('both', Object.fromEntries(both) as Record<string, Tensor>), 'transformer')
    expect(notes).toEqual([expect.stringContaining("under 'ema'")])
    expect(tensors.get('t_embedder.mlp.0.weight')?.key).toBe('ema.t_embedder.mlp.0.weight')
  })

  it('takes the decoder out of a multimodal Gemma, in either spelling', async () => {
    const text = Object.keys(fixtureWeights('gemma3')).sort()
    for (const prefix of ['language_model.model.', 'model.language_model.', '']) {
      const path = join(folder, `gemma-${prefix}`)
      await writeShardedGemma(path, (key) => key.replace('model.', prefix))
      expect([...recognise(path, 'text').tensors.keys()].sort()).toEqual(text)
    }
  })
})

describe('the spelling of the authors’ own code', () => {
  it('SD-VAE as latent diffusion names it', async () => {
    const spelt = Object.entries(fixtureWeights('sd-vae')).map(([key, value]) => [originalSdVae(key), asConvolution(key, value)])
    const path = await bare('ldm', Object.fromEntries(spelt) as Record<string, Tensor>)
    writeFileSync(join(folder, 'ldm', 'config.json'), JSON.stringify({ _class_name: 'AutoencoderKL', ...groups() }))
    const { tensors } = recognise(path, 'autoencoder')
    for (const [key, value] of Object.entries(fixtureWeights('sd-vae'))) {
      const ref = tensors.get(key)
      expect(ref?.shape, key).toEqual(value.shape)
      expect(ref?.key, key).toBe(`first_stage_model.${originalSdVae(key).slice('first_stage_model.'.length)}`)
    }
  })

  it('DC-AE as EfficientViT’s code names it; stacked queries, keys and values become three', async () => {
    const weights = fixtureWeights('dc-ae')
    const path = await bare('efficientvit', originalDcAe(weights))
    mkdirSync(join(folder, 'efficientvit'), { recursive: true })
    const { tensors, given: opened } = recognise(path, 'autoencoder')
    const source = weightSource(
      opened.path,
      [...tensors].map(([key, ref]) => ({ ...ref, key })),
    )
    for (const [key, value] of Object.entries(weights)) expect(source.read(key), key).toEqual(value)
  })
})

/** The fixture is too narrow for 32 groups of channels. */
const groups = (): object => ({
  norm_num_groups: 8,
  block_out_channels: [16, 32, 32],
  down_block_types: Array(3).fill('DownEncoderBlock2D'),
  up_block_types: Array(3).fill('UpDecoderBlock2D'),
  layers_per_block: 2,
})

const STAGES = 3
/** diffusers' key → latent diffusion's, written down from its published checkpoints. */
function originalSdVae(key: string): string {
  const attention: Record<string, string> = { group_norm: 'norm', to_q: 'q', to_k: 'k', to_v: 'v', 'to_out.0': 'proj_out' }
  const spelt = key
    .replace(/^encoder\.down_blocks\.(\d)\.resnets\.(\d)/, 'encoder.down.$1.block.$2')
    .replace(/^encoder\.down_blocks\.(\d)\.downsamplers\.0/, 'encoder.down.$1.downsample')
    .replace(
      /^decoder\.up_blocks\.(\d)\.resnets\.(\d)/,
      (_, i: string, j: string) => `decoder.up.${STAGES - 1 - Number(i)}.block.${j}`,
    )
    .replace(/^decoder\.up_blocks\.(\d)\.upsamplers\.0/, (_, i: string) => `decoder.up.${STAGES - 1 - Number(i)}.upsample`)
    .replace(/mid_block\.resnets\.(\d)/, (_, j: string) => `mid.block_${Number(j) + 1}`)
    .replace(
      /mid_block\.attentions\.0\.(group_norm|to_q|to_k|to_v|to_out\.0)/,
      (_, name: string) => `mid.attn_1.${attention[name] ?? name}`,
    )
    .replace('conv_shortcut', 'nin_shortcut')
    .replace('conv_norm_out', 'norm_out')
  return `first_stage_model.${spelt}`
}

/** Attention's matrices were 1×1 convolutions. */
function asConvolution(key: string, value: Tensor): Tensor {
  return /attentions\.0\.to_.*weight$/.test(key) ? { ...value, shape: [...value.shape, 1, 1] } : value
}

/** diffusers' keys → the authors', as in mit-han-lab/dc-ae-f32c32-sana-1.0. */
function originalDcAe(weights: Record<string, Tensor>): Record<string, Tensor> {
  const found: Record<string, Tensor> = {}
  for (const [key, value] of Object.entries(weights)) {
    if (/\.to_[kv]\.weight$/.test(key)) continue
    const parent = key.replace(/\.attn\.to_(q|out)\.weight$/, '.context_module.main')
    const tensor = (shape: readonly number[], data: readonly number[]): Tensor => f32([...shape, 1, 1], data)
    if (key.endsWith('.attn.to_q.weight')) {
      const parts = ['to_q', 'to_k', 'to_v'].map((name) => weights[key.replace('to_q', name)])
      const [rows = 0, columns = 0] = value.shape
      found[authors(`${parent}.qkv.conv.weight`)] = tensor(
        [3 * rows, columns],
        parts.flatMap((part) => [...((part?.data ?? []) as Float32Array)]),
      )
    } else if (key.endsWith('.attn.to_out.weight'))
      found[authors(`${parent}.proj.conv.weight`)] = tensor(value.shape, [...(value.data as Float32Array)])
    else found[authors(key)] = value
  }
  return found
}

function authors(key: string): string {
  return key
    .replace(/^encoder\.conv_in\./, 'encoder.project_in.conv.')
    .replace(/^encoder\.conv_out\./, 'encoder.project_out.op_list.0.conv.')
    .replace(/^decoder\.conv_in\./, 'decoder.project_in.conv.')
    .replace(/^decoder\.norm_out\./, 'decoder.project_out.op_list.0.')
    .replace(/^decoder\.conv_out\./, 'decoder.project_out.op_list.2.conv.')
    .replace(/^(encoder|decoder)\.(?:down|up)_blocks\.(\d)\.(\d)\./, '$1.stages.$2.op_list.$3.')
    .replace(/\.attn\.to_qkv_multiscale\.0\.proj_in\./, '.context_module.main.aggreg.0.0.')
    .replace(/\.attn\.to_qkv_multiscale\.0\.proj_out\./, '.context_module.main.aggreg.0.1.')
    .replace(/\.attn\.norm_out\./, '.context_module.main.proj.norm.')
    .replace(/\.conv_out\.conv_inverted\./, '.local_module.main.inverted_conv.conv.')
    .replace(/\.conv_out\.conv_depth\./, '.local_module.main.depth_conv.conv.')
    .replace(/\.conv_out\.conv_point\./, '.local_module.main.point_conv.conv.')
    .replace(/\.conv_out\.norm\./, '.local_module.main.point_conv.norm.')
    .replace(/(op_list\.\d)\.conv1\./, '$1.main.conv1.conv.')
    .replace(/(op_list\.\d)\.conv2\./, '$1.main.conv2.conv.')
    .replace(/(stages\.\d\.op_list\.\d)\.norm\./, '$1.main.conv2.norm.')
    .replace(/(stages\.\d\.op_list\.\d)\.conv\.(weight|bias)$/, '$1.main.conv.conv.$2')
}

describe('what does not fit is named', () => {
  const refused = async (name: string, weights: Record<string, Tensor>, part: ModelPart): Promise<string> => {
    const path = await bare(name, weights)
    try {
      recognise(path, part)
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    throw new Error(`${name} was taken`)
  }

  it('missing, unexpected and misshapen tensors, a readable number of them', async () => {
    const { 'blocks.0.attn.proj.bias': _, ...rest } = fixtureWeights('tim-t2i')
    expect(await refused('missing', rest, 'transformer')).toMatch(/lacks blocks\.0\.attn\.proj\.bias\.$/)
    const other = { ...fixtureWeights('tim-t2i'), 'blocks.1.mlp.fc2.bias': f32([3], [1, 2, 3]), 'extra.weight': f32([1], [1]) }
    const message = await refused('other', other, 'transformer')
    expect(message).toMatch(/has unknown extra\.weight; has blocks\.1\.mlp\.fc2\.bias \(3\) instead of \(64\)/)
    const half = Object.fromEntries(
      Object.entries(fixtureWeights('gemma3')).filter(([key]) => !key.includes('mlp') || key.includes('.0.')),
    )
    expect(await refused('half', half, 'text')).toMatch(/lacks (\S+, ){5}\S+ and 12 more/)
  })

  it('strangers by what they are', async () => {
    const one = f32([2, 2], [1, 2, 3, 4])
    expect(await refused('qwen', { 'model.layers.0.self_attn.q_proj.weight': one }, 'text')).toMatch(
      /another family than Gemma 3/,
    )
    expect(await refused('flux', { 'double_blocks.0.img_attn.qkv.weight': one }, 'transformer')).toMatch(
      /diffusion network of another kind/,
    )
    expect(await refused('something', { a: one, b: one }, 'transformer')).toMatch(/its 2 tensors begin with a, b/)
  })

  it('a config.json that is not of these weights', async () => {
    const path = await bare('mixed', fixtureWeights('tim-c2i'))
    writeFileSync(join(folder, 'mixed', 'config.json'), JSON.stringify({ ...RELEASED['t2i-xl'].tim }))
    expect(() => recognise(path, 'transformer')).toThrow(/take classes, but config\.json says text/)
  })
})
