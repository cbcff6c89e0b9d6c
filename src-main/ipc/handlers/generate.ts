import type { QueueRunner } from '../../engine-host/queue-runner'
import type { HandlersOf } from '../answer'

export function generateHandlers(
  queue: Pick<QueueRunner, 'start' | 'cancel' | 'view' | 'move' | 'pause' | 'clear' | 'forming'>,
): HandlersOf<'generate' | 'queue'> {
  return {
    'generate/start': async ({ recipe, count, first = false }) => ({ job: await queue.start(recipe, count, first) }),
    'generate/cancel': ({ job }) => queue.cancel(job),
    'queue/list': () => queue.view(),
    'queue/move': ({ job, before }) => queue.move(job, before),
    'queue/pause': ({ paused }) => queue.pause(paused),
    'queue/clear': () => queue.clear(),
    'queue/forming': () => queue.forming(),
  }
}
