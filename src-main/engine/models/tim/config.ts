import { z } from 'zod'

/** How Δt reaches the network: which of t, r and t − r are embedded (names of the released configs). */
export const NEW_CONDITIONS = ['t-r', 'r', 't,r', 't,t-r', 'r,t-r', 't,r,t-r'] as const

const shared = {
  input_size: z.int().positive(),
  patch_size: z.int().positive(),
  in_channels: z.int().positive(),
  hidden_size: z.int().positive(),
  encoder_depth: z.int().positive().default(8),
  depth: z.int().positive(),
  num_heads: z.int().positive(),
  mlp_ratio: z.number().positive().default(4),
  z_dim: z.int().positive().default(768),
  projector_dim: z.int().positive().default(2048),
  qk_norm: z.boolean(),
  new_condition: z.enum(NEW_CONDITIONS).default('t-r'),
  use_new_embed: z.boolean().default(false),
  distance_aware: z.boolean().default(false),
  lora_hidden_size: z.int().positive().nullish(),
}

/** `network.params` of the released yaml files, T2I: `cap_feat_dim` says so. */
const TextConfig = z.object({ ...shared, cap_feat_dim: z.int().positive() })
/** The same, C2I: `num_classes` says so. */
const ClassConfig = z.object({
  ...shared,
  num_classes: z.int().positive(),
  class_dropout_prob: z.number().min(0).max(1).default(0.1),
})

/** Configuration of a TiM network. Names verbatim from the released configs. */
export const TimConfig = z
  .union([TextConfig, ClassConfig])
  .refine(
    (config) => config.hidden_size % config.num_heads === 0 && (config.hidden_size / config.num_heads) % 4 === 0,
    'hidden_size must be num_heads × a multiple of 4',
  )
export type TimConfig = z.infer<typeof TimConfig>

/** True for a text-conditional network. */
export function isTextConditional(config: TimConfig): config is z.infer<typeof TextConfig> {
  return 'cap_feat_dim' in config
}

/** Width of one head. */
export function headWidth(config: TimConfig): number {
  return config.hidden_size / config.num_heads
}

/** Hidden width of a block's MLP: ⌊4D·2/3⌋. */
export function mlpWidth(config: TimConfig): number {
  return Math.floor((Math.trunc(config.hidden_size * config.mlp_ratio) * 2) / 3)
}

/** Hidden width of a block's adaLN SwiGLU. */
export function modulationWidth(config: TimConfig): number {
  return config.lora_hidden_size ?? Math.floor(config.hidden_size / 4) * 3
}

/** Modulation vectors of a block: shift, scale and gate of each branch. */
export function modulationCount(config: TimConfig): number {
  return isTextConditional(config) ? 9 : 6
}

/** Numbers of one token: C·p². */
export function tokenWidth(config: TimConfig): number {
  return config.in_channels * config.patch_size ** 2
}

/** Row of the class table that means "no class", where the network has one. */
export function nullClass(config: TimConfig): number | undefined {
  return isTextConditional(config) || config.class_dropout_prob === 0 ? undefined : config.num_classes
}
