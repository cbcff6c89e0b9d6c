import { z } from 'zod'
import { ModelPart } from '../engine/models'
import { Failure } from '../ipc/failure'
import { DownloadProgress } from './download'

/** What the studio does with the files of its models beside drawing and downloading: one piece of work at a time. */

const line = z.string().max(1000)

/** Imported from files of this disk, compared with the checksums of its files, or removed. */
export const ModelWorkKind = z.enum(['import', 'verify', 'remove'])
export type ModelWorkKind = z.infer<typeof ModelWorkKind>

export const ModelWork = z.discriminatedUnion('is', [
  z.object({ is: z.literal('none') }),
  z.object({
    is: z.literal('running'),
    work: ModelWorkKind,
    /** The model as the user knows it: its title, or the name that it will have. */
    model: line,
    progress: DownloadProgress.nullable(),
    /** What a person should know that is no failure. */
    notes: z.array(z.string()),
  }),
  /** `error`: of one pass of the network against the weights as published, where a precision was asked for. */
  z.object({
    is: z.literal('imported'),
    model: line,
    name: z.string(),
    error: z.number().nonnegative().optional(),
    notes: z.array(z.string()),
  }),
  z.object({ is: z.literal('verified'), model: line, files: z.number().int().nonnegative(), bytes: z.number().nonnegative() }),
  /** What became free, and the parts that stay because other models use them. */
  z.object({ is: z.literal('removed'), model: line, freed: z.number().nonnegative(), kept: z.array(ModelPart) }),
  z.object({ is: z.literal('failed'), work: ModelWorkKind, model: line, failure: Failure }),
])
export type ModelWork = z.infer<typeof ModelWork>
