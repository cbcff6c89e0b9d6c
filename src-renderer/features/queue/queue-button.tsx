import { useState } from 'react'
import { useEngine } from '../../state/engine'
import { Popover } from '../../ui/popover'
import { Progress } from '../../ui/progress'
import { QueueList } from './queue-list'
import { queueWords } from './queue-words'

/** What the engine and the queue do, in the bar at the top; a click opens the queue. Nothing while nothing happens. */
export function QueueButton() {
  const { engine, queue, progress } = useEngine()
  const [open, setOpen] = useState(false)
  const words = queueWords(engine.is, queue, progress)
  const empty = queue.jobs.length === 0 && !queue.paused
  return (
    <>
      <p role="status" className="sr-only">
        {queueWords(engine.is, queue, undefined)}
      </p>
      {empty && !open ? (
        <p aria-hidden="true" className="truncate px-2 text-label text-muted">
          {words}
        </p>
      ) : (
        <Popover
          name="Queue"
          open={open}
          onOpenChange={setOpen}
          trigger={
            <button
              type="button"
              aria-label={`Queue: ${words}`}
              className="flex h-7 min-w-0 items-center gap-2 rounded-control px-2 text-label text-muted hover:bg-raised hover:text-ink"
            >
              {progress !== undefined && (
                <Progress name="The running job" share={progress.share} className="w-16 shrink-0 rounded-full" />
              )}
              <span className="truncate tabular-nums">{words}</span>
            </button>
          }
        >
          <QueueList />
        </Popover>
      )}
    </>
  )
}
