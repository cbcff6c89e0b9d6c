import { clamp, type CanvasRect, type ScreenSize } from './geometry'
import { fit, toScreen, type Viewport } from './viewport'

/** Two pictures that are compared: the first is seen left of the divider, the second right of it. */
export interface Pair {
  readonly left: string
  readonly right: string
}

/** The two that are compared: of several selected pictures the last two, in the order in which they were picked. */
export function pairOf(selection: readonly string[]): Pair | undefined {
  const [left, right] = selection.slice(-2)
  return left === undefined || right === undefined ? undefined : { left, right }
}

/** The frame into which both are laid: as large as the larger one, so that the smaller one is enlarged to it. */
export function commonFrame(a: { width: number; height: number }, b: { width: number; height: number }): CanvasRect {
  return { x: 0, y: 0, width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) }
}

/** The view in which a comparison begins. */
export function comparedView(frame: CanvasRect, surface: ScreenSize): Viewport {
  return fit(frame, surface, COMPARE_MARGIN)
}
const COMPARE_MARGIN = 48

/** Where the divider stands, as a part of the frame's width, when the pointer is at `x` on screen. */
export function dividerAt(view: Viewport, frame: CanvasRect, x: number): number {
  const left = toScreen(view, frame).x
  return clamp((x - left) / (frame.width * view.scale), 0, 1)
}

/** The divider after an arrow key: a twentieth, or a hundredth with a modifier. */
export function dividerMoved(divider: number, by: 1 | -1, fine: boolean): number {
  return clamp(Math.round((divider + by * (fine ? 0.01 : 0.05)) * 100) / 100, 0, 1)
}
