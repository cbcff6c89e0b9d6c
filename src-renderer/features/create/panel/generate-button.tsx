import type { QueueJob } from '#shared/schema/queue'
import { draw, cancel } from '../../../actions/draw'
import { ariaShortcut } from '../../../commands/keys'
import { shortcutOf } from '../../../commands/table'
import { useEngine } from '../../../state/engine'
import { useModels } from '../../../state/models'
import { usePictures } from '../../../state/pictures'
import { Button } from '../../../ui/button'
import { Keys } from '../../../ui/keys'
import { Progress } from '../../../ui/progress'
import { Tooltip } from '../../../ui/tooltip'
import { progressLine, progressShare } from './progress-line'

/** Draws; while a job runs it cancels instead and says how far the job is. */
export function GenerateButton() {
  const running = useEngine((state) => state.queue.jobs.find((job) => job.state === 'running'))
  return running === undefined ? <Generate /> : <Cancel job={running} />
}

function Generate() {
  const ready = useModels((state) => state.models?.some((model) => model.state.is === 'ready') === true)
  const starting = useEngine((state) => state.engine.is !== 'ready' && state.engine.is !== 'working')
  const shortcut = shortcutOf('generate') ?? ''
  return (
    <Tooltip
      text={starting ? 'The engine is starting: the picture comes right after' : 'Draw the picture'}
      shortcut={shortcut}
      side="top"
    >
      <Button
        look="primary"
        className="h-9 w-full text-body"
        disabled={!ready}
        aria-keyshortcuts={ariaShortcut(shortcut)}
        onClick={() => void draw()}
      >
        Generate
      </Button>
    </Tooltip>
  )
}

function Cancel({ job }: { readonly job: QueueJob }) {
  const forming = usePictures((state) => Object.values(state.forming).find((picture) => picture?.job === job.id))
  return (
    <Button look="plain" className="relative h-9 w-full overflow-hidden px-3 text-body" onClick={() => void cancel()}>
      <span className="mr-auto">Cancel</span>
      <span className="flex items-center gap-2 text-label font-normal text-muted">
        {progressLine(job.count, forming)}
        <Keys shortcut={shortcutOf('cancel') ?? ''} />
      </span>
      <Progress name="The running job" share={progressShare(job.count, forming)} className="absolute inset-x-0 bottom-0" />
    </Button>
  )
}
