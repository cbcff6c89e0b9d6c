import { Brush, Contrast, Eraser, Redo2, Trash2, Undo2, X } from 'lucide-react'
import { clearMask, invertMask, redoStroke, takeTool, undoStroke } from '../../../actions/mask'
import { patchStart } from '../../../actions/start-from'
import { shortcutOf } from '../../../commands/table'
import { useMask } from '../../../state/mask'
import { useSettings } from '../../../state/settings'
import { IconButton } from '../../../ui/icon-button'
import { Slider } from '../../../ui/slider'

/** The tools with which a part of the picture to start from is marked; there while one is in the hand. */
export function MaskBar() {
  const { tool, size, done, undone } = useMask()
  const feather = useSettings((state) => state.draft.start?.feather ?? 0)
  if (tool === undefined) return null
  return (
    <div
      role="toolbar"
      aria-label="Mark what is drawn anew"
      className="floating absolute top-3 left-1/2 z-20 flex -translate-x-1/2 items-center gap-1 px-1.5 py-1"
    >
      <IconButton
        icon={Brush}
        name="Brush"
        shortcut={shortcutOf('brush')}
        pressed={tool === 'brush'}
        className={tool === 'brush' ? 'bg-raised' : ''}
        onClick={() => tool !== 'brush' && void takeTool('brush')}
      />
      <IconButton
        icon={Eraser}
        name="Eraser"
        shortcut={shortcutOf('eraser')}
        pressed={tool === 'eraser'}
        className={tool === 'eraser' ? 'bg-raised' : ''}
        onClick={() => tool !== 'eraser' && void takeTool('eraser')}
      />
      <Measure name="Size" value={size} max={256} onChange={(value) => useMask.setState({ size: value })} />
      <Measure name="Feather" value={feather} max={64} onChange={(value) => patchStart({ feather: value })} />
      <span className="mx-1 h-5 w-px bg-line" />
      <IconButton
        icon={Undo2}
        name="Undo the stroke"
        shortcut={shortcutOf('undo')}
        disabled={done.length === 0}
        onClick={() => undoStroke()}
      />
      <IconButton
        icon={Redo2}
        name="Do the stroke again"
        shortcut={shortcutOf('redo')}
        disabled={undone.length === 0}
        onClick={() => redoStroke()}
      />
      <IconButton icon={Contrast} name="Mark the rest instead" onClick={invertMask} />
      <IconButton icon={Trash2} name="Clear the mask" onClick={clearMask} />
      <IconButton icon={X} name="Done" shortcut={shortcutOf('cancel')} onClick={() => useMask.setState({ tool: undefined })} />
    </div>
  )
}

interface MeasureProps {
  readonly name: string
  readonly value: number
  readonly max: number
  readonly onChange: (value: number) => void
}

function Measure({ name, value, max, onChange }: MeasureProps) {
  const least = name === 'Size' ? 1 : 0
  return (
    <label className="flex items-center gap-2 pl-2 text-label text-muted">
      {name}
      <span className="w-20">
        <Slider
          names={[name]}
          spoken={[`${value} pixels`]}
          values={[Math.min(max, value)]}
          min={least}
          max={max}
          onChange={([next]) => onChange(next ?? value)}
        />
      </span>
      <span className="w-7 text-right text-ink">{value}</span>
    </label>
  )
}
