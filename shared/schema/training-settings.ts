import { z } from 'zod'

/** Names as in diffusers' get_scheduler. */
export const SCHEDULES = ['constant', 'constant_with_warmup', 'linear', 'cosine', 'cosine_with_restarts', 'polynomial'] as const

const share = z.number().min(0).max(1)
const beta = z.number().min(0).lt(1)

/** How a run trains: plain data, with the released values where nothing is said. Unknown names are refused. */
export const TrainingSettings = z
  .strictObject({
    steps: z.int().min(1),
    batch: z.int().min(1),
    seed: z.int().min(0).default(0),
    learningRate: z.number().positive().default(1e-4),
    schedule: z
      .strictObject({
        name: z.enum(SCHEDULES).default('constant'),
        warmup: z.int().min(0).default(0),
        cycles: z.number().positive().optional(),
        power: z.number().positive().optional(),
      })
      .prefault({}),
    adamw: z
      .strictObject({
        betas: z.tuple([beta, beta]).default([0.9, 0.95]),
        eps: z.number().positive().default(1e-6),
        weightDecay: z.number().min(0).default(0.01),
      })
      .prefault({}),
    /** Largest norm of all gradients together; null: no clipping. */
    clip: z.number().positive().nullable().default(1),
    /** Running average of the weights; null: none. `warmup` lets it forget faster early on: min(decay, (1+n)/(10+n)). */
    average: z
      .strictObject({ decay: share.default(0.9999), warmup: z.boolean().default(false) })
      .nullable()
      .prefault({}),
    mixture: z.strictObject({ diffusion: share.default(0.5), consistency: share.default(0.1) }).prefault({}),
    /** Steps in a row without finite loss and gradients after which the run stops; the others are left out. */
    patience: z.int().min(1).default(10),
    /** Steps between checkpoints, checkpoints kept, steps between lines of the log. */
    checkpointEvery: z.int().min(1).default(500),
    keep: z.int().min(1).default(2),
    logEvery: z.int().min(1).default(10),
  })
  .refine(({ mixture }) => mixture.diffusion + mixture.consistency <= 1, {
    message: 'diffusion and consistency may not sum to more than 1',
    path: ['mixture'],
  })
  .refine(({ schedule, steps }) => schedule.warmup <= steps, {
    message: 'warmup may not be longer than the run',
    path: ['schedule'],
  })
export type TrainingSettings = z.infer<typeof TrainingSettings>
