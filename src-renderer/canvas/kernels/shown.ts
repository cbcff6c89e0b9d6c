import { overlaps } from './band'
import type { ScreenSize } from './geometry'
import type { Placed } from './layout'
import { visibleArea, type Viewport } from './viewport'

/** Pictures are there this far beyond the surface's edges, as a part of its size, so that panning shows no gaps. */
const BEYOND = 0.5

/** Longest side, in device pixels, up to which a small copy of a picture is as sharp as the picture. The engine makes them so large. */
export const SMALL_SIDE = 256

/** The area around the surface whose pictures are kept on the page. */
export function keptArea(view: Viewport, surface: ScreenSize): ReturnType<typeof visibleArea> {
  const seen = visibleArea(view, surface)
  const [dx, dy] = [seen.width * BEYOND, seen.height * BEYOND]
  return { x: seen.x - dx, y: seen.y - dy, width: seen.width + 2 * dx, height: seen.height + 2 * dy }
}

/** The pictures in the kept area. The same array as `before` where nothing came or went, so that nothing is drawn anew for it. */
export function shownOf(
  placed: readonly Placed[],
  area: ReturnType<typeof keptArea>,
  before: readonly Placed[],
): readonly Placed[] {
  const shown = placed.filter((item) => overlaps(item, area))
  return shown.length === before.length && shown.every((item, i) => item === before[i]) ? before : shown
}

/** Whether a picture shows more than its small copy holds. */
export function needsWhole(place: Placed, scale: number, devicePixelRatio: number): boolean {
  return Math.max(place.width, place.height) * scale * devicePixelRatio > SMALL_SIDE
}
