import type { CanvasPoint, CanvasRect } from './geometry'
import type { Placed } from './layout'
import type { Selection } from './selection'

/** The rectangle between two points. */
export function rectBetween(a: CanvasPoint, b: CanvasPoint): CanvasRect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }
}

/** Whether two rectangles have more than an edge in common. */
export function overlaps(a: CanvasRect, b: CanvasRect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** What is selected while a rubber band is drawn: `before` (what was selected when it began to add), then what the band touches. */
export function banded(before: Selection, placed: readonly Placed[], band: CanvasRect): Selection {
  const touched = placed.flatMap((item) => (overlaps(item, band) && !before.includes(item.id) ? [item.id] : []))
  return [...before, ...touched]
}
