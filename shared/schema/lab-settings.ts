import { z } from 'zod'

/** What each experiment of the lab is told. Where nothing is said, a run of some minutes to an hour on two cores. */

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(2026)
const nfe = z.int().min(1).max(1000)
const bootstrap = z.int().min(0).max(10_000).default(200)

export const NfeSweepSettings = z.strictObject({
  experiment: z.literal('nfe-sweep'),
  /** Numbers of steps. */
  nfe: z.array(nfe).min(1).max(32).default([1, 2, 4, 8, 16, 32, 64, 128]),
  /** Prompts of the set that are drawn, each with its own noise, the same for all numbers of steps. */
  prompts: z.int().min(2).max(128).default(100),
  /** Strength of guidance; the model's own where left out. */
  guidance: z.number().min(0).max(100).optional(),
  /** Pictures of the set that stand for the truth in Fréchet distances. */
  truth: z.int().min(8).max(1408).default(704),
  bootstrap,
  /** Prompts whose pictures are kept. */
  shown: z.int().min(0).max(32).default(8),
  seed,
})
export type NfeSweepSettings = z.infer<typeof NfeSweepSettings>

export const PathConsistencySettings = z.strictObject({
  experiment: z.literal('path-consistency'),
  /** Times as shares of the path, 1 the noise and 0 the picture; every pair t > r of them is measured. */
  times: z.array(z.number().min(0).max(1)).min(2).max(20).default([1, 0.8, 0.6, 0.4, 0.2, 0]),
  /** Jumps that one jump is compared with. */
  jumps: z.array(z.int().min(2).max(256)).min(1).max(8).default([2, 4, 8]),
  samples: z.int().min(1).max(128).default(16),
  bootstrap,
  seed,
})
export type PathConsistencySettings = z.infer<typeof PathConsistencySettings>

/** A small class-conditional network and its training from nothing, on some things of the set or on pictures of the user's. */
const training = {
  /** Folder of pictures to learn instead of the set's; they have no names, so that only distances are measured. */
  pictures: z.string().min(1).max(4096).optional(),
  /** Things of the set that are learnt, each in all its styles. */
  things: z.int().min(1).max(64).default(6),
  steps: z.int().min(2).max(1_000_000).default(1500),
  batch: z.int().min(2).max(512).default(20),
  learningRate: z.number().positive().max(1).default(2e-3),
  width: z.int().min(16).max(1024).multipleOf(16).default(96),
  depth: z.int().min(1).max(28).default(4),
  /** Cells of the latent along the side of a token. */
  patch: z.union([z.literal(1), z.literal(2), z.literal(4)]).default(2),
  /** Repetitions of each variant, each with its own start, order and noise. */
  seeds: z.int().min(1).max(20).default(2),
  /** Numbers of steps that a trained network is scored at. */
  nfe: z.array(nfe).min(1).max(8).default([1, 4, 32]),
  /** Pictures of each score. */
  drawn: z.int().min(4).max(1000).default(48),
  /** Times during a training, its end included, at which the loss on held-out latents is measured. */
  looks: z.int().min(1).max(100).default(4),
  seed,
}

export const DerivativesSettings = z.strictObject({
  experiment: z.literal('derivatives'),
  ...training,
  epsilons: z.array(z.number().positive().max(0.2)).min(1).max(8).default([0.001, 0.005, 0.01]),
  /** Samples whose derivatives are compared, and runs that are timed. */
  samples: z.int().min(1).max(64).default(8),
  runs: z.int().min(1).max(100).default(5),
})
export type DerivativesSettings = z.infer<typeof DerivativesSettings>

export const WeightingsSettings = z.strictObject({
  experiment: z.literal('weightings'),
  ...training,
  weightings: z
    .array(z.enum(['constant', 'reciprocal', 'sqrt', 'square', 'Soft-Min-SNR']))
    .min(1)
    .default(['constant', 'reciprocal', 'sqrt', 'square', 'Soft-Min-SNR']),
  /** How times are stretched before their difference is taken: t, t/(1 − t), tan t. */
  times: z
    .array(z.enum(['plain', 'sigmoid', 'tangent']))
    .min(1)
    .default(['plain', 'sigmoid', 'tangent']),
})
export type WeightingsSettings = z.infer<typeof WeightingsSettings>

const share = z.number().min(0).max(1)

export const MixturesSettings = z
  .strictObject({
    experiment: z.literal('mixtures'),
    ...training,
    nfe: training.nfe.default([1, 32, 128]),
    /** Shares of a batch with r = t, and with r at the end of the path. */
    diffusion: z.array(share).min(1).default([0.3, 0.5, 0.7]),
    consistency: z.array(share).min(1).default([0.05, 0.1, 0.15]),
  })
  .refine(({ diffusion, consistency }) => Math.max(...diffusion) + Math.max(...consistency) <= 1, {
    message: 'shares may not sum to more than 1',
    path: ['diffusion'],
  })
export type MixturesSettings = z.infer<typeof MixturesSettings>

export const AdalnRankSettings = z.strictObject({
  experiment: z.literal('adaln-rank'),
  ...training,
  /** Inner width of each block's modulation as a share of the network's. */
  ranks: z
    .array(z.enum(['1/6', '1/4', '1/3', '1/2', '3/4', '1']))
    .min(1)
    .default(['1/3', '1/2']),
  seeds: training.seeds.default(3),
})
export type AdalnRankSettings = z.infer<typeof AdalnRankSettings>

export const TransportsSettings = z.strictObject({
  experiment: z.literal('transports'),
  ...training,
  transports: z
    .array(z.enum(['OT_FM', 'TrigFlow', 'EDM', 'VP_SDE', 'VE_SDE']))
    .min(1)
    .default(['OT_FM', 'TrigFlow', 'EDM', 'VP_SDE', 'VE_SDE']),
})
export type TransportsSettings = z.infer<typeof TransportsSettings>

const side = z.int().min(16).max(8192)

export const ResolutionSettings = z.strictObject({
  experiment: z.literal('resolution'),
  /** Pixels; squares and others. The model's own side is always drawn. Where left out: doublings of it up to 4096, and 3 : 2 and 2 : 1 beside each. */
  sizes: z
    .array(z.strictObject({ width: side, height: side }))
    .max(64)
    .optional(),
  nfe: nfe.default(8),
  prompts: z.int().min(1).max(128).default(4),
  guidance: z.number().min(0).max(100).optional(),
  /** Sizes whose one picture would take longer, going by the smaller ones, are left out and said so. */
  secondsPerPicture: z.number().positive().default(600),
  bootstrap,
  seed,
})
export type ResolutionSettings = z.infer<typeof ResolutionSettings>

export const LabSettings = z.discriminatedUnion('experiment', [
  NfeSweepSettings,
  PathConsistencySettings,
  DerivativesSettings,
  WeightingsSettings,
  MixturesSettings,
  AdalnRankSettings,
  TransportsSettings,
  ResolutionSettings,
])
export type LabSettings = z.infer<typeof LabSettings>

/** The experiments by name. */
export type LabName = LabSettings['experiment']
export const LAB_NAMES = LabSettings.options.map((option) => option.shape.experiment.value)

/** Settings of the experiments that train small networks. */
export type TrialSettings = Pick<LabSettings & { experiment: 'weightings' }, keyof typeof training>
