import { z } from 'zod'
import { SdVaeConfig, sdVaeFactor, sdVaeKey } from '../../../models/sd-vae/config'
import { sdVaeParameters } from '../../../models/sd-vae/parameters'
import type { TensorRef } from '../../../weights/tensor-ref'
import { ModelsError } from '../models-error'
import { countOf, sizeAt, type Design } from './design'
import { prefixOf, under, type Given, type Tensors } from './given'

/** A layer of each of the two spellings: diffusers', and the one of latent diffusion's own code. */
const ANCHOR = 'decoder.mid_block.resnets.0.conv1.weight'
const ORIGINAL_ANCHOR = 'decoder.mid.block_1.conv1.weight'

/** The variational autoencoder of latent diffusion. */
export const sdVaeDesign: Design = {
  part: 'autoencoder',
  title: 'an SD-VAE autoencoder',
  find: (all) => {
    const prefix = prefixOf(all, ANCHOR)
    if (prefix !== undefined) return { tensors: respelt(under(all, prefix), sdVaeKey), notes: [] }
    const original = prefixOf(all, ORIGINAL_ANCHOR)
    if (original === undefined) return undefined
    const found = under(all, original)
    const stages = countOf(found, /^decoder\.up\.(\d+)\./)
    return { tensors: respelt(found, (key) => fromOriginal(key, stages)), notes: [] }
  },
  read: (tensors, given) => {
    const config = configOf(tensors, given)
    const latent = { channels: config.latent_channels, factor: sdVaeFactor(config), scaling: config.scaling_factor }
    return {
      config: { _class_name: 'AutoencoderKL', ...config },
      parameters: sdVaeParameters(config),
      notes: [],
      is: { design: 'sd-vae', latent },
    }
  },
}

/** Attention's projections are matrices today; 1×1 convolutions of the same numbers elsewhere. */
function respelt(tensors: Tensors, spell: (key: string) => string | undefined): Map<string, TensorRef> {
  const found = new Map<string, TensorRef>()
  for (const [before, ref] of tensors) {
    const key = spell(before)
    if (key === undefined) continue
    const [rows = 0, columns = 0, ...kernel] = ref.shape
    const isMatrix = /\.attentions\.0\.to_.*weight$/.test(key) && kernel.join() === '1,1'
    found.set(key, isMatrix ? { ...ref, shape: [rows, columns] } : ref)
  }
  return found
}

/** Latent diffusion's key → today's. Source: diffusers' convert_ldm_vae_checkpoint. The discriminator of its training is left out. */
function fromOriginal(key: string, stages: number): string | undefined {
  if (/^(loss|model_ema)\./.test(key)) return undefined
  return key
    .replace(/\.nin_shortcut\./, '.conv_shortcut.')
    .replace(/^(encoder|decoder)\.norm_out\./, '$1.conv_norm_out.')
    .replace(/\.mid\.block_([12])\./, (_, n: string) => `.mid_block.resnets.${Number(n) - 1}.`)
    .replace(/\.mid\.attn_1\./, '.mid_block.attentions.0.')
    .replace(/(?<=\.attentions\.0\.)(norm|q|k|v|proj_out)(?=\.)/, (name) => ATTENTION[name] ?? name)
    .replace(/^encoder\.down\.(\d+)\.block\./, 'encoder.down_blocks.$1.resnets.')
    .replace(/^encoder\.down\.(\d+)\.downsample\./, 'encoder.down_blocks.$1.downsamplers.0.')
    .replace(/^decoder\.up\.(\d+)\.block\./, (_, n: string) => `decoder.up_blocks.${stages - 1 - Number(n)}.resnets.`)
    .replace(/^decoder\.up\.(\d+)\.upsample\./, (_, n: string) => `decoder.up_blocks.${stages - 1 - Number(n)}.upsamplers.0.`)
}

const ATTENTION: Readonly<Record<string, string>> = { norm: 'group_norm', q: 'to_q', k: 'to_k', v: 'to_v', proj_out: 'to_out.0' }

function configOf(tensors: Tensors, { config, path }: Given): SdVaeConfig {
  const told = config?.['_class_name'] === 'AutoencoderKL' ? config : {}
  const read = SdVaeConfig.safeParse({ ...fromShapes(tensors), ...told })
  if (read.success) return read.data
  const why = z.prettifyError(read.error).replaceAll('\n', ' ')
  throw new ModelsError(
    'models.config',
    `${path} is no SD-VAE that is known here: ${why}`,
    'Use stabilityai/sd-vae-ft-ema, which the released models were trained with.',
  )
}

function fromShapes(tensors: Tensors): object {
  const stages = countOf(tensors, /^encoder\.down_blocks\.(\d+)\./)
  const widths = Array.from({ length: stages }, (_, i) => sizeAt(tensors, `encoder.down_blocks.${i}.resnets.0.conv1.weight`, 0))
  return {
    in_channels: sizeAt(tensors, 'encoder.conv_in.weight', 1),
    out_channels: sizeAt(tensors, 'decoder.conv_out.weight', 0),
    latent_channels: sizeAt(tensors, 'decoder.conv_in.weight', 1),
    block_out_channels: widths,
    down_block_types: widths.map(() => 'DownEncoderBlock2D'),
    up_block_types: widths.map(() => 'UpDecoderBlock2D'),
    layers_per_block: countOf(tensors, /^encoder\.down_blocks\.0\.resnets\.(\d+)\./),
    use_quant_conv: tensors.has('quant_conv.weight'),
    use_post_quant_conv: tensors.has('post_quant_conv.weight'),
  }
}
