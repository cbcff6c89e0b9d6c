import type { GenerationId } from '#shared/schema/id'
import { smallImageUrl } from '#shared/schema/id'
import { clsx } from 'clsx'
import { Star } from 'lucide-react'
import { memo } from 'react'
import { dragOut } from '../../../actions/exchange'
import { showOnCanvas, withGeneration } from '../../../actions/pictures'
import { recallAll } from '../../../actions/recall'
import { useCanvas } from '../../../state/canvas'
import { useHistory } from '../../../state/history'
import type { Row } from '../../../state/history-rows'
import { useChosenModel } from '../../../state/models'
import { usePictures } from '../../../state/pictures'
import { ContextMenu } from '../../../ui/context-menu'
import { timeOfDay } from '../../../words/day'
import { pictureMenu } from '../picture-menu'
import { chosenAfter, type ClickKeys } from './selection'

interface HistoryRowProps {
  readonly row: Row
  readonly shown: readonly GenerationId[]
  /** Pictures of the row that are not shown. */
  readonly hidden: number
  readonly onOpen: () => void
}

/** A prompt with the pictures that were drawn from it that day. */
export function HistoryRowView({ row, shown, hidden, onOpen }: HistoryRowProps) {
  const classes = useChosenModel()?.classes
  const title = row.classId === undefined ? row.prompt : (classes?.[row.classId] ?? `Class ${row.classId}`)
  return (
    <div className="pt-1 pb-2">
      <p className="mb-1 truncate text-label text-muted" title={title}>
        {title}
      </p>
      <div className="grid grid-cols-5 gap-1">
        {shown.map((id) => (
          <Thumbnail key={id} id={id} prompt={title} />
        ))}
        {hidden > 0 && (
          <button
            type="button"
            aria-label={`Show ${hidden} more`}
            onClick={onOpen}
            className="aspect-square rounded-[4px] bg-raised text-label text-muted hover:bg-hover hover:text-ink"
          >
            +{hidden}
          </button>
        )}
      </div>
    </div>
  )
}

/** A plain click also shows the picture on the canvas. */
function choose(keys: ClickKeys, id: GenerationId): void {
  useHistory.setState(({ rows, chosen }) => ({ chosen: chosenAfter(rows, chosen, id, keys) }))
  if (!keys.ctrlKey && !keys.metaKey && !keys.shiftKey) void withGeneration(id, showOnCanvas)
}

const Thumbnail = memo(function Thumbnail({ id, prompt }: { readonly id: GenerationId; readonly prompt: string }) {
  const picture = usePictures((state) => state.listed[id])
  const shown = useCanvas((state) => state.selection.includes(id))
  const chosen = useHistory((state) => state.chosen)
  const isChosen = chosen.length > 1 && chosen.includes(id)
  const selected = shown || isChosen
  const meant = isChosen ? chosen : [id]
  if (picture === undefined) return null
  return (
    <ContextMenu name="Picture" groups={pictureMenu(picture, 'history', meant)}>
      <button
        type="button"
        aria-label={`${prompt}, ${timeOfDay(picture.createdAt)}${picture.starred ? ', starred' : ''}`}
        aria-pressed={selected}
        draggable
        onClick={(event) => choose(event, id)}
        onDragStart={(event) => {
          event.preventDefault()
          void dragOut(meant)
        }}
        onDoubleClick={() => void withGeneration(id, recallAll)}
        className={clsx(
          'relative aspect-square overflow-hidden rounded-[4px] bg-raised',
          selected ? 'ring-2 ring-accent' : 'hover:ring-2 hover:ring-edge',
        )}
      >
        <img
          src={smallImageUrl(id)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          className="size-full object-cover"
        />
        {picture.starred && (
          <Star className="absolute right-0.5 bottom-0.5 size-3 text-accent" fill="currentColor" aria-hidden="true" />
        )}
      </button>
    </ContextMenu>
  )
})
