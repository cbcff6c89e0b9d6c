import type { EngineState, QueueView } from '#shared/ipc/events'

/** What the engine and the queue do, in a few words; empty while nothing happens. */
export function queueWords(engine: EngineState['is'], { jobs, owner }: QueueView): string {
  if (owner !== null) return `The queue is run by ${owner}`
  const waiting = jobs.filter((job) => job.state === 'waiting').length
  const queued = waiting === 0 ? '' : `${waiting} in queue`
  switch (engine) {
    case 'starting':
      return ['The engine is starting', queued].filter(Boolean).join(' · ')
    case 'restarting':
      return ['The engine is starting again', queued].filter(Boolean).join(' · ')
    case 'down':
      return 'The engine is not running'
    case 'ready':
    case 'working':
      return queued
  }
}
