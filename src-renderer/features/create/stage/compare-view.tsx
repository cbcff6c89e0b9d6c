import { imageUrl } from '#shared/schema/id'
import type { Generation } from '#shared/schema/generation'
import { X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { commonFrame, comparedView, dividerMoved } from '../../../canvas/kernels/compare'
import { toScreen, type Viewport } from '../../../canvas/kernels/viewport'
import { onPlane, Plane } from '../../../canvas/render/plane'
import { useCanvas } from '../../../state/canvas'
import { generationOf, usePictures } from '../../../state/pictures'
import { IconButton } from '../../../ui/icon-button'
import { differences } from './differences'
import { useDivider } from './use-divider'
import { useFlipped } from './use-flipped'

/** Two pictures in one frame, with a divider between them. Nothing while one of them is not finished. */
export function CompareView() {
  const pair = useCanvas((state) => state.compared)
  const left = usePictures((state) => generationOf(state, pair?.left))
  const right = usePictures((state) => generationOf(state, pair?.right))
  const both = left !== undefined && right !== undefined
  useEffect(() => {
    if (!both) close()
  }, [both])
  return both ? <Compared key={`${left.id} ${right.id}`} left={left} right={right} /> : null
}

const focused = (element: HTMLElement | null) => element?.focus()
const close = () => useCanvas.setState({ compared: undefined })

function Compared({ left, right }: { readonly left: Generation; readonly right: Generation }) {
  const frame = commonFrame(left.recipe, right.recipe)
  const surface = useCanvas((state) => state.surface)
  const [moved, setView] = useState<Viewport>()
  const view = moved ?? comparedView(frame, surface)
  const [divider, setDivider] = useState(0.5)
  const area = useRef<HTMLDivElement>(null)
  const pointer = useDivider({ area, view, frame, setView, setDivider })
  const [below, above] = useFlipped() ? [right, left] : [left, right]
  const [leftWords, rightWords] = differences(below.recipe, above.recipe)
  const x = toScreen(view, frame).x + divider * frame.width * view.scale
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    setDivider(dividerMoved(divider, event.key === 'ArrowRight' ? 1 : -1, event.shiftKey))
    event.stopPropagation()
  }
  return (
    <div
      ref={area}
      role="group"
      aria-label="Comparison"
      className="absolute inset-0 z-20 cursor-ew-resize touch-none overflow-hidden bg-canvas"
      {...pointer}
    >
      <Plane view={view} gliding={false}>
        <Half picture={below} frame={frame} />
        <div style={{ ...onPlane(frame), clipPath: `inset(0 0 0 ${divider * 100}%)` }}>
          <Half picture={above} frame={frame} />
        </div>
      </Plane>
      <div
        role="slider"
        tabIndex={0}
        ref={focused}
        aria-label="Divider"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(divider * 100)}
        onKeyDown={onKeyDown}
        className="absolute inset-y-0 -ml-2 flex w-4 justify-center outline-offset-[-2px]"
        style={{ left: x }}
      >
        <span className="h-full w-px bg-on-accent mix-blend-difference" />
      </div>
      <p className="pointer-events-none absolute bottom-2 left-2 rounded-control bg-panel/85 px-2 py-1 text-label">{leftWords}</p>
      <p className="pointer-events-none absolute right-2 bottom-2 rounded-control bg-panel/85 px-2 py-1 text-label">
        {rightWords}
      </p>
      <p className="pointer-events-none absolute inset-x-0 bottom-2 text-center text-label text-muted">
        Drag to compare · hold X to flip
      </p>
      <IconButton
        icon={X}
        name="Close the comparison"
        shortcut="Escape"
        side="left"
        onClick={close}
        onPointerDown={(event) => event.stopPropagation()}
        className="absolute top-2 right-2 bg-panel/85"
      />
    </div>
  )
}

function Half({ picture, frame }: { readonly picture: Generation; readonly frame: ReturnType<typeof commonFrame> }) {
  return (
    <img src={imageUrl(picture.id)} alt={picture.recipe.prompt} draggable={false} style={onPlane(frame)} className="max-w-none" />
  )
}
