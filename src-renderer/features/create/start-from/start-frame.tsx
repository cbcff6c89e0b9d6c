import type { DraftStart } from '#shared/schema/settings'
import { isExtended } from '#shared/schema/start-place'
import { startPictureUrl } from '#shared/schema/start-picture'
import { clsx } from 'clsx'
import { useEffect, useRef, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react'
import { openMask } from '../../../actions/mask'
import { extendFrame, showFrame } from '../../../actions/start-from'
import type { FrameSide } from '../../../canvas/kernels/extend'
import type { CanvasRect } from '../../../canvas/kernels/geometry'
import { resampling, toScreen, type Viewport } from '../../../canvas/kernels/viewport'
import { useCanvas } from '../../../state/canvas'
import { useMask } from '../../../state/mask'
import { useSettings } from '../../../state/settings'
import { frameOf } from '../../../state/start-frame'
import { MaskLayer } from './mask-layer'

/** The picture to start from on the canvas, in its frame: painted on with a brush, extended at its sides. */
export function StartFrame() {
  const start = useSettings((state) => state.draft.start)
  const view = useCanvas((state) => state.view)
  const gliding = useCanvas((state) => state.gliding)
  useEffect(() => {
    void openMask()
  }, [start?.picture.sha256])
  if (start === null) return null
  return <Frame start={start} view={view} gliding={gliding} />
}

function Frame({ start, view, gliding }: { readonly start: DraftStart; readonly view: Viewport; readonly gliding: boolean }) {
  const painting = useMask((state) => state.tool !== undefined)
  const { picture, at, extension, feather } = start
  const inner = { x: at.x, y: at.y, width: picture.width, height: picture.height }
  return (
    <section aria-label="The picture to start from" className="pointer-events-none absolute inset-0">
      <div
        className={clsx('absolute top-0 left-0 border border-dashed border-accent', isExtended(extension) && 'bg-accent/20')}
        style={onScreen(frameOf(start), view, gliding)}
      />
      <div className="absolute top-0 left-0" style={onScreen(inner, view, gliding)}>
        <img
          src={startPictureUrl(picture.sha256)}
          alt=""
          draggable={false}
          className="block size-full"
          style={{ imageRendering: resampling(view.scale, devicePixelRatio) }}
        />
        <MaskLayer width={picture.width} height={picture.height} scale={view.scale} feather={feather} />
      </div>
      <div className="absolute top-0 left-0" style={onScreen(frameOf(start), view, gliding)}>
        {!painting && SIDES.map((side) => <Handle key={side} side={side} pixels={extension[side]} scale={view.scale} />)}
      </div>
    </section>
  )
}

const SIDES: readonly FrameSide[] = ['left', 'top', 'right', 'bottom']

/** Which way a side moves outwards. */
const OUTWARDS: Readonly<Record<FrameSide, readonly [x: number, y: number]>> = {
  left: [-1, 0],
  top: [0, -1],
  right: [1, 0],
  bottom: [0, 1],
}

const WHERE: Readonly<Record<FrameSide, string>> = {
  left: '-left-1.5 top-1/2 h-9 w-3 -translate-y-1/2 cursor-ew-resize',
  right: '-right-1.5 top-1/2 h-9 w-3 -translate-y-1/2 cursor-ew-resize',
  top: '-top-1.5 left-1/2 h-3 w-9 -translate-x-1/2 cursor-ns-resize',
  bottom: '-bottom-1.5 left-1/2 h-3 w-9 -translate-x-1/2 cursor-ns-resize',
}

interface HandleProps {
  readonly side: FrameSide
  readonly pixels: number
  readonly scale: number
}

/** A side of the frame: dragged outwards, there is more picture to draw; arrow keys do the same. */
function Handle({ side, pixels, scale }: HandleProps) {
  const from = useRef<{ x: number; y: number; pixels: number }>(undefined)
  const [dx, dy] = OUTWARDS[side]
  const onDown = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { x: event.clientX, y: event.clientY, pixels }
  }
  const onMove = (event: PointerEvent<HTMLElement>) => {
    if (from.current === undefined) return
    event.stopPropagation()
    const moved = (event.clientX - from.current.x) * dx + (event.clientY - from.current.y) * dy
    extendFrame(side, from.current.pixels + moved / scale)
  }
  const onUp = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation()
    from.current = undefined
    showFrame()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const [x, y] = ARROWS[event.key] ?? [0, 0]
    const outwards = x * dx + y * dy
    if (outwards === 0) return
    event.preventDefault()
    event.stopPropagation()
    extendFrame(side, pixels + outwards * 32)
    showFrame()
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`Extend the picture: ${side}`}
      aria-valuemin={0}
      aria-valuemax={8192}
      aria-valuenow={pixels}
      aria-valuetext={`${pixels} pixels`}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onKeyDown={onKeyDown}
      className={clsx('pointer-events-auto absolute rounded-full border-2 border-accent bg-panel', WHERE[side])}
    />
  )
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function onScreen(area: CanvasRect, view: Viewport, gliding: boolean): CSSProperties {
  const { x, y } = toScreen(view, area)
  return {
    transform: `translate(${x}px, ${y}px)`,
    width: area.width * view.scale,
    height: area.height * view.scale,
    transition: gliding ? 'transform 150ms ease-out, width 150ms ease-out, height 150ms ease-out' : 'none',
  }
}
