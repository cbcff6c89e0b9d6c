import { Maximize } from 'lucide-react'
import { run } from '../../../actions/run'
import { command, shortcutOf } from '../../../commands/table'
import { useCanvas } from '../../../state/canvas'
import { IconButton } from '../../../ui/icon-button'
import { Tooltip } from '../../../ui/tooltip'

/** How large pictures are shown, with the two usual zooms. */
export function ZoomBar() {
  const scale = useCanvas((state) => state.view.scale)
  return (
    <div className="absolute right-2 bottom-2 z-10 flex items-center rounded-control bg-panel/85">
      <Tooltip text={command('actual-size').title} shortcut={shortcutOf('actual-size')} side="top">
        <button
          type="button"
          aria-label={`Zoom ${zoomWords(scale)}; set to 100 %`}
          onClick={() => run('actual-size')}
          className="h-7 rounded-control px-2 text-label text-muted hover:bg-raised hover:text-ink"
        >
          {zoomWords(scale)}
        </button>
      </Tooltip>
      <IconButton
        icon={Maximize}
        name={command('fit').title}
        shortcut={shortcutOf('fit')}
        side="top"
        onClick={() => run('fit')}
      />
    </div>
  )
}

function zoomWords(scale: number): string {
  return `${Math.round(scale * devicePixelRatio * 100)} %`
}
