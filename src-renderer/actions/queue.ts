import type { JobId } from '#shared/schema/id'
import type { QueueJob } from '#shared/schema/queue'
import { studio } from '../ipc/client'
import { useEngine } from '../state/engine'
import { showProblem } from '../state/problems'

/** Stops the queue at the next step of the picture that is under way, or lets it go on from there. */
export async function pauseQueue(paused: boolean): Promise<void> {
  const answer = await studio.call('queue/pause', { paused })
  if (!answer.ok) showProblem('stage', answer.failure)
}

/** Puts a job that waits before another one, or at the end. */
export async function moveJob(job: JobId, before: JobId | null): Promise<void> {
  const answer = await studio.call('queue/move', { job, before })
  if (!answer.ok && answer.failure.code !== 'not-found') showProblem('stage', answer.failure)
}

/** One place earlier (−1) or later (+1) among those that wait; at the ends it stays. */
export async function shiftJob(job: JobId, by: 1 | -1): Promise<void> {
  const waiting = useEngine.getState().queue.jobs.filter(({ state }) => state === 'waiting')
  const place = waiting.findIndex(({ id }) => id === job)
  const last = place === waiting.length - 1
  if (place < 0 || (by < 0 && place === 0) || (by > 0 && last)) return
  const before: QueueJob | undefined = waiting[by < 0 ? place - 1 : place + 2]
  await moveJob(job, before?.id ?? null)
}

export async function cancelJob(job: JobId): Promise<void> {
  const answer = await studio.call('generate/cancel', { job })
  if (!answer.ok && answer.failure.code !== 'not-found') showProblem('stage', answer.failure)
}

/** Cancels all that wait. */
export async function clearQueue(): Promise<void> {
  const answer = await studio.call('queue/clear')
  if (!answer.ok) showProblem('stage', answer.failure)
}
