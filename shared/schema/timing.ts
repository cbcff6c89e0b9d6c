import { z } from 'zod'
import type { Versioned } from './versioned'

/**
 * What one kind of drawing costs on this machine, learned from the pictures that were made: milliseconds for the
 * prompt and everything else that happens once, for one pass of the network, and for showing one step.
 */
export const Timing = z.object({
  version: z.literal(1),
  /** Hash of the model. */
  model: z.string(),
  provider: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  onceMs: z.number().nonnegative(),
  passMs: z.number().nonnegative(),
  stepMs: z.number().nonnegative(),
  /** Pictures it was learned from. */
  samples: z.number().int().positive(),
  updatedAt: z.number().int().nonnegative(),
})
export type Timing = z.infer<typeof Timing>

export const timingRecord = { name: 'timing', version: 1, schema: Timing, migrations: {} } satisfies Versioned<Timing>

/** What one step of a model takes on this machine, as the studio shows it. */
export const ModelSpeed = Timing.pick({ model: true, provider: true, width: true, height: true, passMs: true, samples: true })
export type ModelSpeed = z.infer<typeof ModelSpeed>

/** An expectation. `learned` false: nothing like it was drawn here yet, so there is no number. */
export const Estimate = z.discriminatedUnion('learned', [
  z.object({ learned: z.literal(false) }),
  z.object({ learned: z.literal(true), pictureMs: z.number(), passMs: z.number(), totalMs: z.number() }),
])
export type Estimate = z.infer<typeof Estimate>
