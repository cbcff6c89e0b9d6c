import { z } from 'zod'
import type { TrialSettings } from '#shared/schema/lab-settings'
import type { ObjectiveOptions } from '../../../diffusion/objective'
import type { Mixture } from '../../../diffusion/pairs/pairs'
import { RELEASED_MIXTURE } from '../../../diffusion/pairs/pairs'
import { makeTransport } from '../../../diffusion/transports/table'
import type { Transport } from '../../../diffusion/transports/transport'
import { RELEASED_WEIGHTING } from '../../../diffusion/weighting'
import { TimConfig } from '../../../models/tim/config'
import { TrainingSettings } from '../../../training/settings'
import { Finite } from '../numbers'

/** A way of training that is compared with others: all that is not said is as released. */
export interface Variant {
  /** Names it on disk. */
  readonly key: string
  /** What it is called in plots and findings. */
  readonly name: string
  /** Its cells of the table. */
  readonly cells: Readonly<Record<string, string | number>>
  readonly transport?: Transport
  readonly objective?: Partial<Pick<ObjectiveOptions, 'weighting' | 'derivative' | 'epsilon'>>
  readonly mixture?: Mixture
  /** Inner width of the modulation; a third of the network's where left out. */
  readonly rank?: number
}

/** What one training of a variant came to. */
export const TrialRecord = z.object({
  parameters: z.int(),
  /** Of the loss of each step before weighting, over the second half of the steps that were finite. */
  lossMean: Finite,
  lossVariance: Finite,
  /** Steps whose loss or gradients were not finite, and that were left out. */
  nonFinite: z.int(),
  /** Mean loss on held-out latents along the way. */
  looks: z.array(z.object({ step: z.int(), loss: Finite })),
  /** Thing and style: shares, null for pictures without names. */
  scores: z.array(z.object({ nfe: z.int(), thing: Finite, style: Finite, frechet: Finite })),
  secondsPerStep: z.number(),
})
export type TrialRecord = z.infer<typeof TrialRecord>

/** OT-FM with the released times of class-conditional training. */
export function classTransport(): Transport {
  return makeTransport('OT_FM', { P_mean: -0.4, P_std: 1 })
}

/** The network of a variant, small and class-conditional, with the switches of the released ones. `latent`: (channels, h, w). */
export function trialConfig(
  { width, depth, patch }: TrialSettings,
  { rank = Math.floor(width / 3) }: Variant,
  [channels, side]: readonly [number, number, number],
  classes: number,
): TimConfig {
  return TimConfig.parse({
    input_size: side,
    patch_size: patch,
    in_channels: channels,
    depth,
    hidden_size: width,
    num_heads: headsOf(width),
    encoder_depth: 1,
    qk_norm: true,
    new_condition: 't-r',
    use_new_embed: true,
    distance_aware: true,
    lora_hidden_size: rank,
    num_classes: classes,
    class_dropout_prob: 0,
  })
}

/** As many heads as leave each at least 32 wide, and a multiple of 4, which positions need. */
function headsOf(width: number): number {
  for (let heads = Math.floor(width / 32); heads > 1; heads--) if (width % (4 * heads) === 0) return heads
  return 1
}

/** How a variant's repetition trains. A training whose numbers break is a result, so nothing stops it. */
export function trialTraining(
  settings: TrialSettings,
  { mixture = RELEASED_MIXTURE }: Variant,
  repetition: number,
): TrainingSettings {
  const { steps, batch, learningRate, seed } = settings
  return TrainingSettings.parse({
    steps,
    batch,
    learningRate,
    seed: seed + repetition,
    schedule: { name: 'linear' },
    average: { decay: 0.99, warmup: true },
    mixture,
    patience: steps + 1,
    keep: 1,
  })
}

/** The objective of a variant. */
export function trialObjective(
  { transport = classTransport(), objective }: Variant,
  trainable: readonly string[],
): ObjectiveOptions {
  return {
    transport,
    weighting: RELEASED_WEIGHTING,
    derivative: 'dde',
    epsilon: 0.005,
    directional: true,
    projection: 0,
    ...objective,
    trainable,
  }
}
