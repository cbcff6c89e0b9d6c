import { useEngine } from '../state/engine'
import { queueWords } from './queue-words'

/** What the engine does, in a few words; nothing while it waits. */
export function QueueStatus() {
  const { engine, queue } = useEngine()
  const words = queueWords(engine.is, queue)
  return (
    <p role="status" className="truncate px-2 text-label text-muted">
      {words}
    </p>
  )
}
