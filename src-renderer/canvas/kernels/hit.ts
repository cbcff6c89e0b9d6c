import { contains, type CanvasPoint } from './geometry'
import type { Placed } from './layout'

/** The picture under `point`; the one placed last wins where two overlap, as it is drawn on top. */
export function pictureAt(placed: readonly Placed[], point: CanvasPoint): Placed | undefined {
  return placed.findLast((item) => contains<'canvas'>(item, point))
}
