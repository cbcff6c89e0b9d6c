import type { ReleasedName } from '#shared/engine/models'
import { DcAeConfig } from '../../models/dc-ae/config'
import { Gemma3Config } from '../../models/gemma3/config'
import { SdVaeConfig } from '../../models/sd-vae/config'
import { TimConfig } from '../../models/tim/config'

/** The released networks' configurations, names and values verbatim (configs/*.yaml, config.json of each repository). */

const xl = { depth: 28, hidden_size: 1152, num_heads: 16, encoder_depth: 8, lora_hidden_size: 384 }
const common = { qk_norm: true, z_dim: 768, new_condition: 't-r', use_new_embed: true, distance_aware: true } as const
const classes = { num_classes: 1000, class_dropout_prob: 0.1 }

interface Released {
  readonly tim: TimConfig
  readonly autoencoder: 'dc-ae' | 'sd-vae'
  readonly title: string
}

export const RELEASED: { readonly [N in ReleasedName]: Released } = {
  't2i-xl': {
    tim: TimConfig.parse({ ...common, ...xl, input_size: 16, patch_size: 1, in_channels: 32, cap_feat_dim: 1152 }),
    autoencoder: 'dc-ae',
    title: 'TiM T2I XL',
  },
  'c2i-xl-256': {
    tim: TimConfig.parse({ ...common, ...xl, ...classes, input_size: 32, patch_size: 2, in_channels: 4 }),
    autoencoder: 'sd-vae',
    title: 'TiM C2I XL 256',
  },
  'c2i-xl-512': {
    tim: TimConfig.parse({ ...common, ...xl, ...classes, input_size: 16, patch_size: 1, in_channels: 32 }),
    autoencoder: 'dc-ae',
    title: 'TiM C2I XL 512',
  },
  'c2i-b': {
    tim: TimConfig.parse({
      ...common,
      ...classes,
      input_size: 32,
      patch_size: 4,
      in_channels: 4,
      depth: 12,
      hidden_size: 768,
      num_heads: 12,
      encoder_depth: 4,
      lora_hidden_size: 256,
    }),
    autoencoder: 'sd-vae',
    title: 'TiM C2I B/4',
  },
}

/** mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers. */
export const DC_AE = {
  _class_name: 'AutoencoderDC',
  in_channels: 3,
  latent_channels: 32,
  attention_head_dim: 32,
  encoder_block_types: ['ResBlock', 'ResBlock', 'ResBlock', 'EfficientViTBlock', 'EfficientViTBlock', 'EfficientViTBlock'],
  decoder_block_types: ['ResBlock', 'ResBlock', 'ResBlock', 'EfficientViTBlock', 'EfficientViTBlock', 'EfficientViTBlock'],
  encoder_block_out_channels: [128, 256, 512, 512, 1024, 1024],
  decoder_block_out_channels: [128, 256, 512, 512, 1024, 1024],
  encoder_layers_per_block: [2, 2, 2, 3, 3, 3],
  decoder_layers_per_block: [3, 3, 3, 3, 3, 3],
  encoder_qkv_multiscales: [[], [], [], [5], [5], [5]],
  decoder_qkv_multiscales: [[], [], [], [5], [5], [5]],
  upsample_block_type: 'interpolate',
  downsample_block_type: 'Conv',
  decoder_norm_types: 'rms_norm',
  decoder_act_fns: 'silu',
  scaling_factor: 0.41407,
}
export const dcAe = DcAeConfig.parse(DC_AE)

/** stabilityai/sd-vae-ft-ema. */
export const SD_VAE = {
  _class_name: 'AutoencoderKL',
  in_channels: 3,
  out_channels: 3,
  latent_channels: 4,
  block_out_channels: [128, 256, 512, 512],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D'],
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D'],
  layers_per_block: 2,
  norm_num_groups: 32,
  act_fn: 'silu',
  scaling_factor: 0.18215,
}
export const sdVae = SdVaeConfig.parse(SD_VAE)

/** google/gemma-3-1b-it. */
export const GEMMA_3_1B = {
  model_type: 'gemma3_text',
  vocab_size: 262_144,
  hidden_size: 1152,
  intermediate_size: 6912,
  num_hidden_layers: 26,
  num_attention_heads: 4,
  num_key_value_heads: 1,
  head_dim: 256,
  query_pre_attn_scalar: 256,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  rope_local_base_freq: 10_000,
  sliding_window: 512,
  sliding_window_pattern: 6,
  pad_token_id: 0,
}
export const gemma3 = Gemma3Config.parse(GEMMA_3_1B)
