import { Pin, Sparkles } from 'lucide-react'
import { keepLive, refineLive } from '../../../actions/live'
import { useLive } from '../../../state/live'
import { useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { Keys } from '../../../ui/keys'
import { duration } from '../../../words/duration'
import { stepsCount } from '../../../words/steps'

/** What can be done with the picture that is drawn while typing. */
export function LiveBar() {
  const picture = useLive((state) => state.picture)
  const steps = useSettings((state) => state.draft.steps)
  if (picture === undefined) return null
  return (
    <div
      role="group"
      aria-label="Live picture"
      className="absolute bottom-2 left-2 z-10 flex items-center gap-1 rounded-control bg-panel/85 p-1"
    >
      <span className="px-1.5 text-label text-muted">Live · {duration(picture.ms)}</span>
      <Button look="quiet" onClick={() => void keepLive()}>
        <Pin className="size-3.5" aria-hidden="true" />
        Keep
      </Button>
      <Button look="quiet" onClick={() => void refineLive()}>
        <Sparkles className="size-3.5" aria-hidden="true" />
        Refine in {stepsCount(steps)}
        <Keys shortcut="Enter" />
      </Button>
    </div>
  )
}
