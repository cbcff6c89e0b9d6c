import { z } from 'zod'
import { Failure } from '../ipc/failure'
import { GenerationId, JobId } from './id'
import { Recipe } from './recipe'
import type { Versioned } from './versioned'

export const JobState = z.enum(['waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted'])
export type JobState = z.infer<typeof JobState>

/** Pictures one job may ask for. */
export const MAX_COUNT = 64

/** Jobs that a view of the queue lists at most. */
export const MOST_LISTED = 200

/** Starts of a job that may end with the death of the engine or the studio: it is gone on with once. */
export const MOST_ATTEMPTS = 2

/** One job of the queue: `count` pictures of one recipe, with image indices from the recipe's own upwards. */
export const QueueJob = z.object({
  version: z.literal(1),
  id: JobId,
  state: JobState,
  recipe: Recipe,
  count: z.number().int().min(1).max(MAX_COUNT),
  /** What has been made so far, in order. */
  made: z.array(GenerationId),
  /** Jobs run by ascending rank. */
  rank: z.number(),
  createdAt: z.number().int().nonnegative(),
  /** How often it was started; a job that died with the engine twice is not tried again. */
  attempts: z.number().int().nonnegative(),
  failure: Failure.optional(),
  /** The picture that is, or was last, under way, and the recipe of its path, whose stored states can be gone on from. */
  drawing: z.object({ generation: GenerationId, recipe: Recipe }).optional(),
})
export type QueueJob = z.infer<typeof QueueJob>

export const queueJobRecord = { name: 'queue job', version: 1, schema: QueueJob, migrations: {} } satisfies Versioned<QueueJob>
