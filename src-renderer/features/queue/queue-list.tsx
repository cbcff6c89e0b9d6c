import { Pause, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { JobId } from '#shared/schema/id'
import { clearQueue, moveJob, pauseQueue } from '../../actions/queue'
import { useEngine } from '../../state/engine'
import { Button } from '../../ui/button'
import { IconButton } from '../../ui/icon-button'
import { QueueItem } from './queue-item'

/** The queue: what runs, then what waits in its order, which dragging and keys change. */
export function QueueList() {
  const { queue, progress } = useEngine()
  const [dragged, setDragged] = useState<JobId>()
  const waiting = queue.jobs.filter(({ state }) => state === 'waiting')
  const hidden = queue.waiting - waiting.length
  return (
    <div className="flex max-h-[60vh] w-90 flex-col">
      <div className="flex items-center gap-1 px-2 pb-1">
        <h2 className="mr-auto text-body font-semibold">Queue</h2>
        <Button look={queue.paused ? 'primary' : 'quiet'} onClick={() => void pauseQueue(!queue.paused)}>
          {queue.paused ? <Play className="size-4" aria-hidden="true" /> : <Pause className="size-4" aria-hidden="true" />}
          {queue.paused ? 'Go on' : 'Pause'}
        </Button>
        <IconButton icon={Trash2} name="Cancel all that wait" disabled={queue.waiting === 0} onClick={() => void clearQueue()} />
      </div>
      {queue.jobs.length === 0 && <p className="px-2 pb-2 text-label text-muted">Nothing waits.</p>}
      <ol aria-label="Jobs" className="min-h-0 overflow-y-auto">
        {queue.jobs.map((job) => {
          const place = waiting.indexOf(job)
          return (
            <QueueItem
              key={job.id}
              job={job}
              progress={progress?.job === job.id ? progress : undefined}
              first={place <= 0}
              last={place === waiting.length - 1}
              onDrag={setDragged}
              onDropHere={() => {
                if (dragged !== undefined && dragged !== job.id)
                  void moveJob(dragged, job.state === 'waiting' ? job.id : (waiting[0]?.id ?? null))
                setDragged(undefined)
              }}
            />
          )
        })}
        {dragged !== undefined && (
          <li
            className="m-1 rounded-control border border-dashed border-line p-1 text-center text-label text-faint"
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => {
              void moveJob(dragged, null)
              setDragged(undefined)
            }}
          >
            To the end
          </li>
        )}
      </ol>
      {hidden > 0 && <p className="px-2 pt-1 text-label text-faint">and {hidden} more</p>}
    </div>
  )
}
