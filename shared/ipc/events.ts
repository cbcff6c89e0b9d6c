import { z } from 'zod'
import { Frame, Generation } from '../schema/generation'
import { GenerationId, ImageId, JobId } from '../schema/id'
import { QueueJob } from '../schema/queue'
import { Failure } from './failure'

/** How the engine is: it starts, waits, works, or is down until it is restarted by hand. */
export const EngineState = z.discriminatedUnion('is', [
  z.object({ is: z.literal('starting') }),
  z.object({ is: z.literal('ready'), providers: z.array(z.string()) }),
  z.object({ is: z.literal('working'), job: JobId, providers: z.array(z.string()) }),
  /** It died; it starts again by itself. */
  z.object({ is: z.literal('restarting'), failure: Failure }),
  /** It died too often in a row; 'engine/restart' tries again. */
  z.object({ is: z.literal('down'), failure: Failure }),
])
export type EngineState = z.infer<typeof EngineState>

/** A step of the picture that is being made. */
export const StepEvent = z.object({
  job: JobId,
  /** The generation that this picture will be. */
  generation: GenerationId,
  /** Which picture of the job: 0 … count − 1. */
  picture: z.number().int().nonnegative(),
  imageIndex: z.number().int().nonnegative(),
  /** Step 0 … of − 1. */
  index: z.number().int().nonnegative(),
  of: z.number().int().positive(),
  t: z.number(),
  r: z.number(),
  ms: z.number().nonnegative(),
  /** The predicted picture at this step; null where none is kept (runs of many steps keep some of them). */
  image: ImageId.nullable(),
})
export type StepEvent = z.infer<typeof StepEvent>

/** A job begins, or begins its next picture. */
export const JobStarted = z.object({
  job: JobId,
  generation: GenerationId,
  picture: z.number().int().nonnegative(),
  of: z.number().int().positive(),
})
export type JobStarted = z.infer<typeof JobStarted>

/** A picture that is being drawn, as far as it is. */
export const FormingPicture = JobStarted.extend({
  /** Steps done, and all of them; 0 of 0 before the first. */
  done: z.number().int().nonnegative(),
  steps: z.number().int().nonnegative(),
  frames: z.array(Frame),
})
export type FormingPicture = z.infer<typeof FormingPicture>

export const HistoryChange = z.object({ is: z.enum(['added', 'changed', 'removed']), ids: z.array(GenerationId) })
export type HistoryChange = z.infer<typeof HistoryChange>

export const QueueView = z.object({
  /** Running first, then waiting by rank: the first `MOST_LISTED` of them. Finished jobs are not listed. */
  jobs: z.array(QueueJob),
  /** Jobs that wait, also those that are not listed. */
  waiting: z.number().int().nonnegative(),
  /** Whether no job begins until it is told to go on. */
  paused: z.boolean(),
  /** Who else owns the queue, when it is not this process. */
  owner: z.string().nullable(),
})
export type QueueView = z.infer<typeof QueueView>

/** How far the running job is. Times are expectations in milliseconds; null where nothing is known yet. */
export const QueueProgress = z.object({
  job: JobId,
  /** Which picture of the job, and of how many. */
  picture: z.number().int().nonnegative(),
  of: z.number().int().positive(),
  /** Steps of this picture that are done, and all of them. */
  step: z.number().int().nonnegative(),
  steps: z.number().int().positive(),
  /** Share of the whole job that is done, 0…1. */
  share: z.number().min(0).max(1),
  /** For the job, and for it with all that wait. */
  leftMs: z.number().nonnegative().nullable(),
  allLeftMs: z.number().nonnegative().nullable(),
})
export type QueueProgress = z.infer<typeof QueueProgress>

export const GenerateDone = z.object({ job: JobId, generation: Generation })
export type GenerateDone = z.infer<typeof GenerateDone>
