import { z } from 'zod'

const count = z.number().int().positive()
const BlockType = z.enum(['ResBlock', 'EfficientViTBlock'])
const NormType = z.enum(['rms_norm', 'batch_norm'])
const ActFn = z.enum(['silu', 'relu'])

/** One setting for all stages, or one for each. */
const perStage = <T extends z.ZodType>(schema: T): z.ZodUnion<[T, z.ZodArray<T>]> => z.union([schema, z.array(schema)])

const SIX = [128, 256, 512, 512, 1024, 1024]
const MULTISCALE = [[], [], [], [5], [5], [5]]

/** diffusers' AutoencoderDC, names and defaults as there. Stages run from the picture (first) to the latent (last). */
export const DcAeConfig = z
  .object({
    in_channels: count.default(3),
    latent_channels: count.default(32),
    attention_head_dim: count.default(32),
    encoder_block_types: perStage(BlockType).default('ResBlock'),
    decoder_block_types: perStage(BlockType).default('ResBlock'),
    encoder_block_out_channels: z.array(count).default(SIX),
    decoder_block_out_channels: z.array(count).default(SIX),
    encoder_layers_per_block: z.array(z.number().int().nonnegative()).default([2, 2, 2, 3, 3, 3]),
    decoder_layers_per_block: z.array(z.number().int().nonnegative()).default([3, 3, 3, 3, 3, 3]),
    encoder_qkv_multiscales: z.array(z.array(count)).default(MULTISCALE),
    decoder_qkv_multiscales: z.array(z.array(count)).default(MULTISCALE),
    upsample_block_type: z.enum(['pixel_shuffle', 'interpolate']).default('pixel_shuffle'),
    // Published files spell the second either way.
    downsample_block_type: z.enum(['pixel_unshuffle', 'Conv', 'conv']).default('pixel_unshuffle'),
    decoder_norm_types: perStage(NormType).default('rms_norm'),
    decoder_act_fns: perStage(ActFn).default('silu'),
    encoder_out_shortcut: z.boolean().default(true),
    decoder_in_shortcut: z.boolean().default(true),
    decoder_conv_act_fn: ActFn.default('relu'),
    scaling_factor: z.number().positive().default(1),
  })
  .refine((config) => sameLength(config, 'encoder') && sameLength(config, 'decoder'), 'every stage needs all of its settings')

export type DcAeConfig = z.infer<typeof DcAeConfig>

function sameLength(config: Record<string, unknown>, side: 'encoder' | 'decoder'): boolean {
  const settings = ['block_out_channels', 'layers_per_block', 'qkv_multiscales', 'block_types', 'norm_types', 'act_fns']
  const lists = settings.map((name) => config[`${side}_${name}`]).filter((list) => Array.isArray(list))
  return lists.every((list) => list.length === lists[0]?.length && list.length > 0)
}

/** Settings of one stage. */
export interface Stage {
  readonly index: number
  readonly type: 'ResBlock' | 'EfficientViTBlock'
  readonly channels: number
  readonly layers: number
  readonly scales: readonly number[]
  readonly norm: 'rms_norm' | 'batch_norm'
  readonly act: 'silu' | 'relu'
}

/** The stages of one side, from the picture to the latent. The encoder's norms and activations are fixed. */
export function stagesOf(config: DcAeConfig, side: 'encoder' | 'decoder'): Stage[] {
  const isEncoder = side === 'encoder'
  const types = config[`${side}_block_types`]
  return config[`${side}_block_out_channels`].map((channels, index) => ({
    index,
    type: at(types, index),
    channels,
    layers: config[`${side}_layers_per_block`][index] ?? 0,
    scales: config[`${side}_qkv_multiscales`][index] ?? [],
    norm: isEncoder ? 'rms_norm' : at(config.decoder_norm_types, index),
    act: isEncoder ? 'silu' : at(config.decoder_act_fns, index),
  }))
}

function at<T extends string>(setting: T | readonly T[], index: number): T {
  const found = typeof setting === 'string' ? setting : setting[index]
  if (found === undefined) throw new TypeError('stages have one length')
  return found
}

/** Pixels along a side of one latent cell. */
export function dcAeFactor(config: DcAeConfig): number {
  return 2 ** (config.encoder_block_out_channels.length - 1)
}
