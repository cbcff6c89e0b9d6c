import type { EngineState, QueueProgress, QueueView } from '#shared/ipc/events'
import { about } from '../../words/duration'

/** What the engine and the queue do, in a few words; empty while nothing happens. */
export function queueWords(engine: EngineState['is'], queue: QueueView, progress: QueueProgress | undefined): string {
  if (queue.owner !== null) return `The queue is run by ${queue.owner}`
  const waiting = queue.waiting === 0 ? '' : `${queue.waiting} in queue`
  const running = queue.jobs.some(({ state }) => state === 'running')
  if (queue.paused) return joined(running ? 'Pausing' : 'Paused', waiting)
  switch (engine) {
    case 'starting':
      return joined('The engine is starting', waiting)
    case 'restarting':
      return joined('The engine is starting again', waiting)
    case 'down':
      return 'The engine is not running'
    case 'ready':
    case 'working':
      return joined(running && queue.waiting === 0 ? 'Drawing' : '', waiting, leftWords(progress))
  }
}

function leftWords(progress: QueueProgress | undefined): string {
  const ms = progress?.allLeftMs ?? progress?.leftMs
  return ms === null || ms === undefined || ms < 500 ? '' : about(ms)
}

/** How far the running job is. */
export function progressWords({ picture, of, step, steps, leftMs }: QueueProgress): string {
  const left = leftMs === null || leftMs < 500 ? '' : about(leftMs)
  return joined(of > 1 ? `picture ${picture + 1} of ${of}` : '', step === 0 ? 'beginning' : `step ${step} of ${steps}`, left)
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}
