/** The two spaces of the canvas: CSS pixels of the surface, and picture pixels at 100 %. */
export type Space = 'screen' | 'canvas'

/** A point. `space` never exists at run time; it keeps screen and canvas points from mixing. */
export interface Point<S extends Space> {
  readonly x: number
  readonly y: number
  readonly space?: S
}

export interface Size<S extends Space> {
  readonly width: number
  readonly height: number
  readonly space?: S
}

export interface Rect<S extends Space> extends Point<S>, Size<S> {
  readonly space?: S
}

export type ScreenPoint = Point<'screen'>
export type CanvasPoint = Point<'canvas'>
export type ScreenSize = Size<'screen'>
export type CanvasSize = Size<'canvas'>
export type CanvasRect = Rect<'canvas'>

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Whether `point` lies in `rect`: left and top edges belong to it, right and bottom ones do not. */
export function contains<S extends Space>(rect: Rect<S>, point: Point<S>): boolean {
  return point.x >= rect.x && point.x < rect.x + rect.width && point.y >= rect.y && point.y < rect.y + rect.height
}

/** Whether `outer` holds all of `inner`. */
export function encloses<S extends Space>(outer: Rect<S>, inner: Rect<S>): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** The smallest rectangle around all of `rects`; undefined when there are none. */
export function bounds<S extends Space>(rects: readonly Rect<S>[]): Rect<S> | undefined {
  if (rects.length === 0) return undefined
  const left = Math.min(...rects.map((rect) => rect.x))
  const top = Math.min(...rects.map((rect) => rect.y))
  const right = Math.max(...rects.map((rect) => rect.x + rect.width))
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height))
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export function centre<S extends Space>(rect: Rect<S>): Point<S> {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 }
}
