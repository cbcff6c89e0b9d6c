import { useEffect, useRef, useState, type PointerEvent } from 'react'
import { beginStroke, endStroke, strokeTo } from '../../../actions/mask'
import type { CanvasPoint } from '../../../canvas/kernels/geometry'
import { tinted } from '../../../canvas/kernels/mask'
import { useMask } from '../../../state/mask'

/** Over any picture: the accent's hue, half seen through. */
const TINT = [129, 140, 245, 150] as const

interface MaskLayerProps {
  readonly width: number
  readonly height: number
  /** Screen pixels for one of the picture. */
  readonly scale: number
  /** Softness of the edge, in pixels of the picture. */
  readonly feather: number
}

/** The mask over the picture to start from; with a tool in the hand it is painted on. */
export function MaskLayer({ width, height, scale, feather }: MaskLayerProps) {
  const tool = useMask((state) => state.tool)
  const size = useMask((state) => state.size)
  const [at, setAt] = useState<CanvasPoint>()
  const down = useRef(false)
  const pointOf = (event: PointerEvent<HTMLElement>): CanvasPoint => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height }
  }
  const onDown = (event: PointerEvent<HTMLElement>) => {
    // The middle button and Space still move the view.
    if (event.button !== 0 || tool === undefined) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    down.current = true
    beginStroke(pointOf(event))
  }
  const onMove = (event: PointerEvent<HTMLElement>) => {
    setAt(pointOf(event))
    if (!down.current) return
    event.stopPropagation()
    strokeTo(pointOf(event))
  }
  const onUp = (event: PointerEvent<HTMLElement>) => {
    if (!down.current) return
    event.stopPropagation()
    down.current = false
    endStroke()
  }
  return (
    <div
      aria-label={tool === undefined ? undefined : 'Paint here what is drawn anew'}
      role={tool === undefined ? undefined : 'application'}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onPointerLeave={() => setAt(undefined)}
      className={tool === undefined ? 'absolute inset-0' : 'pointer-events-auto absolute inset-0 cursor-none overflow-hidden'}
    >
      <Tint width={width} height={height} blur={(feather * scale) / 3} />
      {tool !== undefined && at !== undefined && (
        <div
          className="pointer-events-none absolute rounded-full border border-white mix-blend-difference"
          style={{ left: (at.x - size / 2) * scale, top: (at.y - size / 2) * scale, width: size * scale, height: size * scale }}
        />
      )}
    </div>
  )
}

/** The mask's pixels, brought up to date part by part. */
function Tint({ width, height, blur }: { readonly width: number; readonly height: number; readonly blur: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const mask = useMask((state) => state.mask)
  const changed = useMask((state) => state.changed)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context && mask) context.putImageData(new ImageData(tinted(mask, mask0(mask), TINT), mask.width), 0, 0)
  }, [mask])
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context && mask && changed)
      context.putImageData(new ImageData(tinted(mask, changed, TINT), changed.width), changed.x, changed.y)
  }, [mask, changed])
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      className="absolute inset-0 size-full"
      style={blur > 0 ? { filter: `blur(${blur}px)` } : {}}
    />
  )
}

const mask0 = ({ width, height }: { readonly width: number; readonly height: number }) => ({ x: 0, y: 0, width, height })
