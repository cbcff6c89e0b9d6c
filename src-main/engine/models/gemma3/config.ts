import { z } from 'zod'

const count = z.number().int().positive()

/** Longer contexts of the larger models stretch the positions of their global layers. */
const RopeScaling = z.object({ rope_type: z.enum(['linear', 'default']), factor: z.number().positive().default(1) })

/** Gemma 3's text decoder, names and defaults as in its published config.json (gemma-3-1b). */
export const Gemma3Config = z
  .object({
    vocab_size: count,
    hidden_size: count,
    intermediate_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    num_key_value_heads: count,
    head_dim: count.multipleOf(2).default(256),
    query_pre_attn_scalar: z.number().positive().default(256),
    hidden_activation: z.literal('gelu_pytorch_tanh').default('gelu_pytorch_tanh'),
    rms_norm_eps: z.number().positive().default(1e-6),
    rope_theta: z.number().positive().default(1_000_000),
    rope_local_base_freq: z.number().positive().default(10_000),
    rope_scaling: RopeScaling.nullish(),
    sliding_window: count.default(512),
    sliding_window_pattern: count.default(6),
    layer_types: z.array(z.enum(['sliding_attention', 'full_attention'])).optional(),
    attention_bias: z.literal(false).default(false),
    attn_logit_softcapping: z.null().optional(),
    use_bidirectional_attention: z.literal(false).optional(),
    pad_token_id: z.number().int().nonnegative().default(0),
  })
  .refine(({ layer_types: types, num_hidden_layers: layers }) => types === undefined || types.length === layers, {
    message: 'every layer needs its type',
    path: ['layer_types'],
  })
  .refine(({ num_attention_heads: heads, num_key_value_heads: shared }) => heads % shared === 0, {
    message: 'the heads must share keys and values evenly',
    path: ['num_key_value_heads'],
  })

export type Gemma3Config = z.infer<typeof Gemma3Config>

/** Whether a layer sees a window of tokens alone. Without a list, every `sliding_window_pattern`-th layer sees all. */
export function isLocal(config: Gemma3Config, layer: number): boolean {
  if (config.layer_types) return config.layer_types[layer] === 'sliding_attention'
  return (layer + 1) % config.sliding_window_pattern !== 0
}
