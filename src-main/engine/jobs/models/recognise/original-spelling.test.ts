import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixtureWeights } from '../../../../../test/support/published-files'
import { temporaryFolder } from '../../../../../test/support/temporary-folder'
import { f32, type Tensor } from '../../../ir/tensor'
import { weightSource } from '../../../weights/tensor-ref'
import { writeSafetensors } from '../../../weights/write-safetensors'
import { recognise } from './recognise'

const folder = temporaryFolder()

/** Weights alone in a folder. */
async function bare(name: string, weights: Record<string, Tensor>): Promise<string> {
  const path = join(folder, name, 'weights.safetensors')
  await writeSafetensors(path, weights)
  return path
}

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
