import { z } from 'zod'
import { DcAeConfig, dcAeFactor } from '../../../models/dc-ae/config'
import { dcAeParameters } from '../../../models/dc-ae/parameters'
import { ModelsError } from '../models-error'
import { dcAeFromOriginal, ORIGINAL_ANCHOR } from './dc-ae-original'
import { countOf, sizeAt, type Design } from './design'
import { prefixOf, under, type Given, type Tensors } from './given'

const NOT_SANA =
  'The autoencoder is of another family than the one that the released models were trained with (DC-AE f32c32 of Sana 1.1): expect wrong pictures with those.'

/** Deep compression autoencoders of both families, in diffusers' spelling or in that of their own code. */
export const dcAeDesign: Design = {
  part: 'autoencoder',
  title: 'a DC-AE autoencoder',
  find: (all) => {
    const original = prefixOf(all, ORIGINAL_ANCHOR)
    if (original !== undefined) return { tensors: dcAeFromOriginal(under(all, original)), notes: [] }
    const prefix = prefixOf(all, 'encoder.conv_out.weight')
    if (prefix === undefined) return undefined
    const tensors = under(all, prefix)
    const isOurs = [...tensors.keys()].some((key) => /^decoder\.up_blocks\.\d+\.\d+\./.test(key))
    return isOurs ? { tensors, notes: [] } : undefined
  },
  read: (tensors, given) => {
    const config = configOf(tensors, given)
    const latent = { channels: config.latent_channels, factor: dcAeFactor(config), scaling: config.scaling_factor }
    return {
      config: { _class_name: 'AutoencoderDC', ...config },
      parameters: dcAeParameters(config),
      notes: config.upsample_block_type === 'interpolate' ? [] : [NOT_SANA],
      is: { design: 'dc-ae', latent },
    }
  },
}

function configOf(tensors: Tensors, { config, path }: Given): DcAeConfig {
  const told = config?.['_class_name'] === 'AutoencoderDC' ? config : {}
  const read = DcAeConfig.safeParse({ ...fromShapes(tensors), ...told })
  if (read.success) return read.data
  const why = z.prettifyError(read.error).replaceAll('\n', ' ')
  throw new ModelsError(
    'models.config',
    `${path} is no DC-AE that is known here: ${why}`,
    'Use mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers, which the released models were trained with.',
  )
}

type Side = 'encoder.down_blocks' | 'decoder.up_blocks'

/** One stage as its keys tell it. */
interface FoundStage {
  readonly width: number
  readonly layers: number
  readonly attends: boolean
  readonly scales: readonly number[]
  readonly isBatchNorm: boolean
}

/** Layers of a stage are those that keep the width: blocks, not the convolution that halves or doubles the sides. */
function stageAt(tensors: Tensors, side: Side, index: number): FoundStage {
  const prefix = `${side}.${index}`
  const layers = [...tensors.keys()].flatMap((key) => {
    const found = key.startsWith(`${prefix}.`)
      ? /^(\d+)\.(conv2|conv_out\.conv_point)\.weight$/.exec(key.slice(prefix.length + 1))
      : null
    return found ? [Number(found[1])] : []
  })
  const first = `${prefix}.${Math.min(...layers, Infinity)}`
  const attends = tensors.has(`${first}.attn.to_q.weight`)
  const scales = Array.from(
    { length: countOf(tensors, new RegExp(`^${escape(first)}\\.attn\\.to_qkv_multiscale\\.(\\d+)\\.`)) },
    (_, i) => sizeAt(tensors, `${first}.attn.to_qkv_multiscale.${i}.proj_in.weight`, 2),
  )
  const norm = attends ? `${first}.attn.norm_out` : `${first}.norm`
  const width = sizeAt(tensors, attends ? `${first}.conv_out.conv_point.weight` : `${first}.conv2.weight`, 0)
  return { width, layers: layers.length, attends, scales, isBatchNorm: tensors.has(`${norm}.running_mean`) }
}

const escape = (text: string): string => text.replaceAll('.', '\\.')

function fromShapes(tensors: Tensors): object {
  const stagesOf = (side: Side): FoundStage[] =>
    Array.from({ length: countOf(tensors, new RegExp(`^${escape(side)}\\.(\\d+)\\.`)) }, (_, i) => stageAt(tensors, side, i))
  const [encoder, decoder] = [stagesOf('encoder.down_blocks'), stagesOf('decoder.up_blocks')]
  const attention = [...tensors].find(([key]) => key.endsWith('.to_qkv_multiscale.0.proj_out.weight'))?.[1].shape[1]
  const interpolates = upsamples(tensors, decoder) === 'interpolate'
  const latentChannels = sizeAt(tensors, 'encoder.conv_out.weight', 0)
  return {
    in_channels: 3,
    latent_channels: latentChannels,
    attention_head_dim: attention ?? 32,
    ...settings('encoder', withoutEmpty(encoder)),
    ...settings('decoder', withoutEmpty(decoder)),
    upsample_block_type: interpolates ? 'interpolate' : 'pixel_shuffle',
    downsample_block_type: interpolates ? 'Conv' : 'pixel_unshuffle',
    decoder_norm_types: decoder.map(({ isBatchNorm }) => (isBatchNorm ? 'batch_norm' : 'rms_norm')),
    // Both published families pair batch norm with ReLU.
    decoder_act_fns: decoder.map(({ isBatchNorm }) => (isBatchNorm ? 'relu' : 'silu')),
    scaling_factor: interpolates ? 0.41407 : 0.3189,
  }
}

/** A first stage without layers is as wide as half the second: 128 before 256 in both families. */
function withoutEmpty(stages: readonly FoundStage[]): FoundStage[] {
  return stages.map((stage, i) => (stage.layers > 0 ? stage : { ...stage, width: (stages[i + 1]?.width ?? 0) / 2 }))
}

/** Interpolation convolves to the next width, shuffling to four times as much. */
function upsamples(tensors: Tensors, decoder: readonly FoundStage[]): 'interpolate' | 'pixel_shuffle' {
  const below = decoder.length - 2
  return sizeAt(tensors, `decoder.up_blocks.${below}.0.conv.weight`, 0) === decoder[below]?.width
    ? 'interpolate'
    : 'pixel_shuffle'
}

function settings(side: 'encoder' | 'decoder', stages: readonly FoundStage[]): object {
  return {
    [`${side}_block_types`]: stages.map(({ attends }) => (attends ? 'EfficientViTBlock' : 'ResBlock')),
    [`${side}_block_out_channels`]: stages.map(({ width }) => width),
    [`${side}_layers_per_block`]: stages.map(({ layers }) => layers),
    [`${side}_qkv_multiscales`]: stages.map(({ scales }) => scales),
  }
}
