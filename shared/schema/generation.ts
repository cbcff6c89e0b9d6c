import { z } from 'zod'
import { GenerationId, ImageId, JobId } from './id'
import { Recipe } from './recipe'
import type { Versioned } from './versioned'

/** One state of a trajectory as it is shown: the network's prediction of the picture after the step t → r. */
export const Frame = z.object({
  index: z.number().int().nonnegative(),
  t: z.number(),
  r: z.number(),
  /** Time the step took on this machine. */
  ms: z.number().nonnegative(),
  image: ImageId,
})
export type Frame = z.infer<typeof Frame>

/** One picture that was made: its recipe, its trajectory, and what the artist thinks of it. */
export const Generation = z.object({
  version: z.literal(1),
  id: GenerationId,
  job: JobId,
  recipe: Recipe,
  frames: z.array(Frame),
  starred: z.boolean(),
  /** Milliseconds since 1970. */
  createdAt: z.number().int().nonnegative(),
  /** From the job's start of this picture to the file. */
  tookMs: z.number().nonnegative(),
})
export type Generation = z.infer<typeof Generation>

export const generationRecord = {
  name: 'generation',
  version: 1,
  schema: Generation,
  migrations: {},
} satisfies Versioned<Generation>
