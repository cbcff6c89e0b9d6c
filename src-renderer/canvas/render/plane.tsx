import type { CSSProperties, ReactNode } from 'react'
import type { CanvasRect } from '../kernels/geometry'
import { resampling, toScreen, type Viewport } from '../kernels/viewport'

interface PlaneProps {
  readonly view: Viewport
  /** Whether the view moves by itself and should be seen moving. */
  readonly gliding: boolean
  readonly children: ReactNode
}

/** The plane on which pictures lie, in canvas pixels: panning and zooming change its one transform. */
export function Plane({ view, gliding, children }: PlaneProps) {
  const origin = toScreen(view, { x: 0, y: 0 })
  const style: CSSProperties = {
    transform: `translate(${snapped(origin.x)}px, ${snapped(origin.y)}px) scale(${view.scale})`,
    transition: gliding ? 'transform 150ms ease-out' : 'none',
    imageRendering: resampling(view.scale, devicePixelRatio),
  }
  return (
    <div className="absolute top-0 left-0 size-0 origin-top-left" style={style}>
      {children}
    </div>
  )
}

/** Whole device pixels, so that a picture at 100 % is sharp. */
function snapped(px: number): number {
  return Math.round(px * devicePixelRatio) / devicePixelRatio
}

/** Where a place lies on the plane. */
export function onPlane({ x, y, width, height }: CanvasRect): CSSProperties {
  return { position: 'absolute', left: x, top: y, width, height }
}
