import { clsx } from 'clsx'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import type { QueueProgress } from '#shared/ipc/events'
import type { JobId } from '#shared/schema/id'
import type { QueueJob } from '#shared/schema/queue'
import { cancelJob, shiftJob } from '../../actions/queue'
import { IconButton } from '../../ui/icon-button'
import { Progress } from '../../ui/progress'
import { dimensions } from '../../words/dimensions'
import { progressWords } from './queue-words'

interface QueueItemProps {
  readonly job: QueueJob
  readonly progress: QueueProgress | undefined
  /** Whether it is the first, or the last, of those that wait. */
  readonly first: boolean
  readonly last: boolean
  readonly onDrag: (job: JobId | undefined) => void
  readonly onDropHere: () => void
}

/** A job of the queue. One that waits is moved by dragging it, by its buttons, or with Alt and the arrow keys. */
export function QueueItem({ job, progress, first, last, onDrag, onDropHere }: QueueItemProps) {
  const waits = job.state === 'waiting'
  const title = job.recipe.classId === undefined ? job.recipe.prompt : `Class ${job.recipe.classId}`
  const onKeyDown = (event: KeyboardEvent) => {
    if (!waits || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    // Elsewhere these keys walk through prompts.
    event.preventDefault()
    event.stopPropagation()
    void shiftJob(job.id, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      draggable={waits}
      onDragStart={() => onDrag(job.id)}
      onDragEnd={() => onDrag(undefined)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDropHere}
      onKeyDown={onKeyDown}
      className={clsx(
        'group relative flex items-center gap-1 rounded-control py-1 pr-1 pl-2 hover:bg-hover',
        waits && 'cursor-grab',
      )}
    >
      <div className="min-w-0 flex-1">
        <p className="truncate" title={title}>
          {title}
        </p>
        <p className="truncate text-label text-muted tabular-nums">
          {progress === undefined ? jobFacts(job) : progressWords(progress)}
        </p>
      </div>
      {waits && (
        <>
          <IconButton
            icon={ChevronUp}
            name="Earlier"
            shortcut="Alt+ArrowUp"
            disabled={first}
            onClick={() => void shiftJob(job.id, -1)}
          />
          <IconButton
            icon={ChevronDown}
            name="Later"
            shortcut="Alt+ArrowDown"
            disabled={last}
            onClick={() => void shiftJob(job.id, 1)}
          />
        </>
      )}
      <IconButton
        icon={X}
        name={waits ? 'Cancel' : 'Stop here and keep the picture as it is'}
        onClick={() => void cancelJob(job.id)}
      />
      {progress !== undefined && <Progress name="This job" share={progress.share} className="absolute inset-x-2 bottom-0" />}
    </li>
  )
}

function jobFacts({ recipe, count, made }: QueueJob): string {
  const left = count - made.length
  const pictures = left > 1 ? [`${left} pictures`] : []
  const steps = `${recipe.steps} ${recipe.steps === 1 ? 'step' : 'steps'}`
  return [...pictures, steps, dimensions(recipe.width, recipe.height)].join(' · ')
}
