import { z } from 'zod'
import { AdapterName } from './adapter'
import { AdapterSpec } from './adapter-spec'
import { DatasetReport, DataSettings } from './dataset'
import { TrainingSettings } from './training-settings'

/** A training of an adapter on pictures: what it is told, and what it says while it goes. */

const WeightingChoice = z.strictObject({
  type: z.enum(['constant', 'reciprocal', 'sqrt', 'square', 'Soft-Min-SNR']).default('sqrt'),
  stretch: z.enum(['plain', 'tangent', 'sigmoid']).default('tangent'),
  of: z.enum(['t-r', 't']).default('t-r'),
})

/** How adapters are trained where nothing is said: as whole networks are, but for what is small about them. */
const ADAPTER_TRAINING = {
  batch: 1,
  schedule: { name: 'cosine' },
  average: { decay: 0.99, warmup: true },
  patience: 1,
  checkpointEvery: 100,
  logEvery: 1,
}

const training = z.preprocess((given) => ({ ...ADAPTER_TRAINING, ...(given as object) }), TrainingSettings)

/** Everything that a run is told; where it is silent, the released values hold. Unknown names are refused. */
export const FinetuneConfig = z.strictObject({
  /** Of the run, and of the adapter that it makes. */
  name: AdapterName,
  /** Folder of pictures; in a file, from the file's own folder. */
  images: z.string().min(1).max(4096),
  /** Installed model; the embedded one where left out. */
  model: z.string().max(200).optional(),
  data: DataSettings.prefault({}),
  adapter: AdapterSpec.prefault({}),
  objective: z
    .strictObject({
      derivative: z.enum(['dde', 'jvp']).default('dde'),
      /** ε of the central difference. */
      epsilon: z.number().positive().max(0.5).default(0.005),
      directional: z.boolean().default(true),
      weighting: WeightingChoice.prefault({}),
      /** Shifts times by the number of tokens, as for training at several sizes; on where pictures are not all of the model's own size, where left out. */
      timeShift: z.boolean().optional(),
    })
    .prefault({}),
  training,
  /**
   * What of a forward pass is kept for the backward pass; the rest is computed again, with the same result. `nothing` needs least memory,
   * `everything` least time.
   */
  keep: z.enum(['nothing', 'products', 'everything']).default('products'),
  /**
   * Pictures that the model draws by itself before it learns, and that come along as samples, so that it keeps what it could do (prior
   * preservation, arXiv 2208.12242). They are drawn once for all runs on a model.
   */
  preserve: z
    .strictObject({
      pictures: z.int().min(0).max(10_000).default(0),
      /** Share of the steps that learn from them. */
      share: z.number().min(0).max(0.9).default(0.5),
      /** What they show: prompts, or numbers of classes; everyday things, or classes from all over, where left out. */
      prompts: z.array(z.string().max(10_000)).min(1).max(10_000).optional(),
    })
    .prefault({}),
  /**
   * Room for encoded pictures and captions on disk, in gigabytes: beyond it those of other runs go, not used for longest first. They can be made
   * again.
   */
  cacheGigabytes: z.number().min(0).default(20),
  /** Pictures drawn with and without the adapter after each checkpoint. */
  preview: z
    .strictObject({
      /** Prompts, or numbers of classes; a few of the captions where left out. */
      prompts: z.array(z.string().max(10_000)).max(16).optional(),
      steps: z.array(z.int().min(1).max(128)).max(8).default([1, 4, 8]),
      seed: z.int().min(0).default(0),
    })
    .prefault({}),
})
export type FinetuneConfig = z.infer<typeof FinetuneConfig>

/** What is expected of a run before it begins. */
export const RunEstimate = z.object({
  /** Of memory, at the peak of a process that trains and no more. */
  bytes: z.number().nonnegative(),
  /** What the machine has free now. */
  freeBytes: z.number().nonnegative(),
  /** Measured on this machine; null where memory does not suffice to try. */
  secondsPerStep: z.number().nonnegative().nullable(),
  /** Of all steps that are left, with what is drawn and validated at checkpoints. */
  seconds: z.number().nonnegative().nullable(),
  parameters: z.int().nonnegative(),
  /** Where memory does not suffice: changes that need less, best first, in words, with what they would need. */
  remedies: z.array(z.object({ change: z.string(), bytes: z.number().nonnegative() })),
})
export type RunEstimate = z.infer<typeof RunEstimate>

/** Something about a run that the artist should know, with what the paper does about it. */
export const RunWarning = z.object({
  is: z.literal('warning'),
  step: z.int().min(0),
  kind: z.enum(['long-step-spikes', 'plateau', 'memory', 'data-changed']),
  message: z.string(),
  remedy: z.string(),
})
export type RunWarning = z.infer<typeof RunWarning>

/** One step, as the log has it. */
export const StepLine = z.object({
  step: z.int().min(1),
  loss: z.number(),
  diffusionLoss: z.number().nullable(),
  transitionLoss: z.number().nullable(),
  gradientNorm: z.number(),
  learningRate: z.number(),
  seconds: z.number(),
  samples: z.array(z.object({ t: z.number(), r: z.number(), loss: z.number() })),
})
export type StepLine = z.infer<typeof StepLine>

/** Mean loss on held-out pictures, with the same noise and times each time. */
export const ValidationLine = z.object({
  is: z.literal('validation'),
  step: z.int().min(0),
  loss: z.number(),
  /** Mean L of each point of the grid. */
  points: z.array(z.object({ t: z.number(), r: z.number(), loss: z.number() })),
})
export type ValidationLine = z.infer<typeof ValidationLine>

/** A pair of pictures from one seed: files below the run's folder. */
const PreviewPicture = z.object({
  prompt: z.string(),
  steps: z.int().min(1),
  seed: z.int().min(0),
  /** With the adapter, and without. */
  file: z.string(),
  base: z.string(),
})
export const PreviewLine = z.object({ is: z.literal('preview'), step: z.int().min(0), pictures: z.array(PreviewPicture) })
export type PreviewLine = z.infer<typeof PreviewLine>

/** A checkpoint that was written, read again and found sound. */
export const CheckpointLine = z.object({
  is: z.literal('checkpoint'),
  step: z.int().min(0),
  file: z.string(),
  bytes: z.number().nonnegative(),
  /** ‖ΔW‖ of the smallest and of the largest change of a layer. */
  smallest: z.number().nonnegative(),
  largest: z.number().nonnegative(),
})
export type CheckpointLine = z.infer<typeof CheckpointLine>

/** What was expected when the run began, or went on, at `step`. */
export const EstimateLine = z.object({ is: z.literal('estimate'), step: z.int().min(0), estimate: RunEstimate })
export type EstimateLine = z.infer<typeof EstimateLine>

/** A line of a run's metrics.jsonl. */
export const MetricsLine = z.union([StepLine, EstimateLine, ValidationLine, PreviewLine, CheckpointLine, RunWarning])
export type MetricsLine = z.infer<typeof MetricsLine>

/** What a run says while it goes. */
export const FinetuneNews = z.discriminatedUnion('is', [
  z.object({ is: z.literal('examining'), done: z.int(), of: z.int() }),
  z.object({ is: z.literal('report'), report: DatasetReport }),
  z.object({ is: z.literal('encoding'), done: z.int(), of: z.int() }),
  /** Encoded pictures and captions of all runs on disk, after those that were not used for longest were removed. */
  z.object({ is: z.literal('cache'), bytes: z.number(), removed: z.number(), limit: z.number() }),
  /** Pictures that the model draws by itself to keep what it can do. */
  z.object({ is: z.literal('preserving'), done: z.int(), of: z.int() }),
  EstimateLine,
  z.object({ is: z.literal('begun'), step: z.int(), of: z.int(), parameters: z.int(), targets: z.int() }),
  z.object({ is: z.literal('step'), line: StepLine }),
  ValidationLine,
  PreviewLine,
  CheckpointLine,
  RunWarning,
  z.object({ is: z.literal('stopped'), step: z.int() }),
  /** Folder of the adapter, in PEFT's form. */
  z.object({ is: z.literal('finished'), step: z.int(), adapter: z.string() }),
])
export type FinetuneNews = z.infer<typeof FinetuneNews>
