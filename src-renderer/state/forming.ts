import type { JobStarted, StepEvent } from '#shared/ipc/events'
import type { Frame } from '#shared/schema/generation'
import type { GenerationId, JobId } from '#shared/schema/id'

/** A picture that is being made. */
export interface Forming {
  readonly generation: GenerationId
  readonly job: JobId
  /** Which picture of the job. */
  readonly picture: number
  /** Steps made so far, and all of them; 0 of 0 until the first one is there. */
  readonly done: number
  readonly of: number
  /** The states that can be shown. */
  readonly frames: readonly Frame[]
}

export type FormingById = Readonly<Partial<Record<GenerationId, Forming>>>

export function begun(forming: FormingById, { job, generation, picture }: JobStarted): FormingById {
  return { ...forming, [generation]: { generation, job, picture, done: 0, of: 0, frames: [] } }
}

/** One step further. A step of a picture whose beginning was missed (the window was reloaded) begins it. */
export function stepped(forming: FormingById, step: StepEvent): FormingById {
  const { job, generation, picture, index, of, t, r, ms, image } = step
  const before = forming[generation] ?? { generation, job, picture, done: 0, of: 0, frames: [] }
  const frames =
    image === null ? before.frames : [...before.frames.filter((frame) => frame.index < index), { index, t, r, ms, image }]
  return { ...forming, [generation]: { ...before, done: index + 1, of, frames } }
}

export function ended(forming: FormingById, gone: (picture: Forming) => boolean): FormingById {
  return Object.fromEntries(Object.entries(forming).filter(([, picture]) => picture !== undefined && !gone(picture)))
}
