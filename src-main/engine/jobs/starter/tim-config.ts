import { TimConfig } from '../../models/tim/config'
import { autoencoderConfig, LATENT_SHAPE } from './latents'

/** The embedded network, with the switches of the released T2I model. */
export const timConfig: TimConfig = TimConfig.parse({
  input_size: LATENT_SHAPE[1],
  patch_size: 1,
  in_channels: autoencoderConfig.channels,
  depth: 6,
  hidden_size: 256,
  cap_feat_dim: 384,
  num_heads: 4,
  encoder_depth: 2,
  qk_norm: true,
  new_condition: 't-r',
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 96,
})

/** How long and how fast it is trained. */
export interface TimRun {
  readonly samples: number
  readonly batch: number
  readonly learningRate: number
  readonly warmupSamples: number
  /** Share of the run that learns the flow alone (r = t), at the full rate; then the transition mixture, while the rate falls to 0. */
  readonly flowShare: number
  readonly emaDecay: number
  readonly seed: number
}

export const timRun: TimRun = {
  samples: 75_000,
  batch: 16,
  learningRate: 1.6e-3,
  warmupSamples: 1600,
  flowShare: 0.616,
  emaDecay: 0.996,
  seed: 1,
}
