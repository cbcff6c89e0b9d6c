import { centre, clamp, type CanvasPoint, type CanvasRect, type CanvasSize, type ScreenPoint, type ScreenSize } from './geometry'

/** What part of the canvas is on screen: `origin` is the canvas point in the surface's top left corner, `scale` screen px per canvas px. */
export interface Viewport {
  readonly scale: number
  readonly origin: CanvasPoint
}

export const MIN_SCALE = 1 / 32
export const MAX_SCALE = 32

/** Fitting never enlarges a picture beyond this: small pictures stay pictures and do not become tiles. */
export const MAX_FIT_SCALE = 6

/** From this many device pixels per picture pixel on, pixels are looked at one by one and shown with hard edges. */
const PIXEL_PEEPING = 8

export const initialViewport: Viewport = { scale: 1, origin: { x: 0, y: 0 } }

export function toCanvas(view: Viewport, point: ScreenPoint): CanvasPoint {
  return { x: view.origin.x + point.x / view.scale, y: view.origin.y + point.y / view.scale }
}

export function toScreen(view: Viewport, point: CanvasPoint): ScreenPoint {
  return { x: (point.x - view.origin.x) * view.scale, y: (point.y - view.origin.y) * view.scale }
}

/** The viewport after zooming by `factor` so that the canvas point under `pointer` stays under it. */
export function zoomAt(view: Viewport, pointer: ScreenPoint, factor: number): Viewport {
  const scale = clamp(view.scale * factor, MIN_SCALE, MAX_SCALE)
  const pinned = toCanvas(view, pointer)
  return { scale, origin: { x: pinned.x - pointer.x / scale, y: pinned.y - pointer.y / scale } }
}

/** The viewport after the content was dragged by (dx, dy) screen pixels. */
export function panBy(view: Viewport, dx: number, dy: number): Viewport {
  return { scale: view.scale, origin: { x: view.origin.x - dx / view.scale, y: view.origin.y - dy / view.scale } }
}

/** The viewport at `scale` with `point` in the middle of the surface. */
export function centreOn(point: CanvasPoint, surface: ScreenSize, scale: number): Viewport {
  return { scale, origin: { x: point.x - surface.width / 2 / scale, y: point.y - surface.height / 2 / scale } }
}

/** The viewport that shows all of `area` centred with `margin` screen pixels around it, enlarged at most MAX_FIT_SCALE times. */
export function fit(area: CanvasRect, surface: ScreenSize, margin: number): Viewport {
  const room = { width: Math.max(1, surface.width - 2 * margin), height: Math.max(1, surface.height - 2 * margin) }
  const scale = Math.min(room.width / area.width, room.height / area.height, MAX_FIT_SCALE)
  return centreOn(centre(area), surface, clamp(scale, MIN_SCALE, MAX_SCALE))
}

/** The viewport at 100 % (one picture pixel = one device pixel) around what is now in the middle. */
export function actualSize(view: Viewport, surface: ScreenSize, devicePixelRatio: number): Viewport {
  const middle = toCanvas(view, { x: surface.width / 2, y: surface.height / 2 })
  return centreOn(middle, surface, 1 / devicePixelRatio)
}

/** The part of the canvas that a surface of this size shows. */
export function visibleArea(view: Viewport, surface: ScreenSize): CanvasRect {
  const size: CanvasSize = { width: surface.width / view.scale, height: surface.height / view.scale }
  return { x: view.origin.x, y: view.origin.y, width: size.width, height: size.height }
}

/** How the browser should resample: smooth at ordinary zooms, hard-edged once single pixels are looked at. */
export function resampling(scale: number, devicePixelRatio: number): 'auto' | 'pixelated' {
  return scale * devicePixelRatio >= PIXEL_PEEPING ? 'pixelated' : 'auto'
}

/** The zoom factor of one wheel event (WheelEvent.deltaY, any deltaMode): the same for equal turns in either direction. */
export function wheelFactor(deltaY: number, deltaMode: number): number {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaMode === 2 ? deltaY * 400 : deltaY
  return 2 ** (-clamp(pixels, -240, 240) / 240)
}
