import { TimConfig } from '../../models/tim/config'
import { TrainingSettings } from '../../training/settings'
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

/** A stretch of training: a run of its own, which begins with the weights and moments that the one before it ended with. */
export const PHASES = ['tim-flow', 'tim-transition', 'tim-longer-flow'] as const
export type Phase = (typeof PHASES)[number]

const shared = { batch: 16, seed: 1, learningRate: 1.2e-3, checkpointEvery: 100, keep: 2, logEvery: 25 }
const FLOW_ONLY = { diffusion: 1, consistency: 0 }
const TRANSITION_STEPS = 6_000

/**
 * First the flow alone (r = t) at the full rate, then the released mixture while the rate falls to 0. `tim-longer-flow` is that second
 * stretch with the flow alone: it shows what the transitions add.
 */
export const timPhases: Readonly<Record<Phase, TrainingSettings>> = {
  'tim-flow': TrainingSettings.parse({
    ...shared,
    steps: 12_000,
    schedule: { name: 'constant_with_warmup', warmup: 200 },
    average: { decay: 0.999, warmup: true },
    mixture: FLOW_ONLY,
  }),
  'tim-transition': TrainingSettings.parse({
    ...shared,
    steps: TRANSITION_STEPS,
    schedule: { name: 'linear' },
    average: { decay: 0.997 },
  }),
  'tim-longer-flow': TrainingSettings.parse({
    ...shared,
    steps: TRANSITION_STEPS,
    schedule: { name: 'linear' },
    average: { decay: 0.997 },
    mixture: FLOW_ONLY,
  }),
}
