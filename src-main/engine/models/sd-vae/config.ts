import { z } from 'zod'

const count = z.number().int().positive()
const listOf = (name: string): z.ZodType<string[]> => z.array(z.literal(name))

/** diffusers' AutoencoderKL as Stable Diffusion uses it, names and defaults as there. */
export const SdVaeConfig = z
  .object({
    in_channels: count.default(3),
    out_channels: count.default(3),
    latent_channels: count.default(4),
    block_out_channels: z.array(count).min(1).default([64]),
    down_block_types: listOf('DownEncoderBlock2D').default(['DownEncoderBlock2D']),
    up_block_types: listOf('UpDecoderBlock2D').default(['UpDecoderBlock2D']),
    layers_per_block: count.default(1),
    norm_num_groups: count.default(32),
    act_fn: z.literal('silu').default('silu'),
    scaling_factor: z.number().positive().default(0.18215),
    use_quant_conv: z.boolean().default(true),
    use_post_quant_conv: z.boolean().default(true),
    mid_block_add_attention: z.literal(true).default(true),
  })
  .refine(({ block_out_channels: stages, down_block_types, up_block_types }) => {
    return down_block_types.length === stages.length && up_block_types.length === stages.length
  }, 'every stage needs its block types')

export type SdVaeConfig = z.infer<typeof SdVaeConfig>

/** Pixels along a side of one latent cell. */
export function sdVaeFactor(config: SdVaeConfig): number {
  return 2 ** (config.block_out_channels.length - 1)
}

/** Names that checkpoints of 2022 gave to the layers of the attention → today's. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['query', 'to_q'],
  ['key', 'to_k'],
  ['value', 'to_v'],
  ['proj_attn', 'to_out.0'],
])

/** The key of today's spelling. */
export function sdVaeKey(key: string): string {
  return key.replace(/(?<=\.attentions\.0\.)(query|key|value|proj_attn)(?=\.)/, (name) => OLD_NAMES.get(name) ?? name)
}
