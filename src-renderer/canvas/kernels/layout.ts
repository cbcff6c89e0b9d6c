import { bounds, type CanvasRect, type CanvasSize } from './geometry'

/** One picture on the canvas. */
export interface Placed extends CanvasRect {
  readonly id: string
}

/** The gap beside a picture: a sixteenth of its longer side, so that rows of any size look alike; at least 8 px. */
export function gapFor(size: CanvasSize): number {
  return Math.max(8, Math.round(Math.max(size.width, size.height) / 16))
}

/** How many columns make `count` pictures of one size fill a surface of this aspect (width / height) best. */
export function columnsFor(count: number, size: CanvasSize, surfaceAspect: number): number {
  let best = 1
  let bestScale = 0
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const scale = Math.min(surfaceAspect / (columns * size.width), 1 / (rows * size.height))
    if (scale > bestScale * (1 + 1e-9)) {
      best = columns
      bestScale = scale
    }
  }
  return best
}

/** Places new pictures of one size as a block below everything that is there, flush left, filled row by row. */
export function placeBelow(there: readonly Placed[], ids: readonly string[], size: CanvasSize, surfaceAspect: number): Placed[] {
  const taken = bounds<'canvas'>(there)
  const gap = gapFor(size)
  const left = taken === undefined ? 0 : taken.x
  const top = taken === undefined ? 0 : taken.y + taken.height + gap
  const columns = columnsFor(ids.length, size, surfaceAspect)
  return ids.map((id, i) => ({
    id,
    x: left + (i % columns) * (size.width + gap),
    y: top + Math.floor(i / columns) * (size.height + gap),
    width: size.width,
    height: size.height,
  }))
}

/** Places one picture to the right of `anchor`, pushing right past whatever lies there already. */
export function placeBeside(there: readonly Placed[], anchor: Placed, id: string, size: CanvasSize): Placed {
  const gap = gapFor(size)
  const overlaps = (x: number) =>
    there.find(
      (other) =>
        other.x < x + size.width &&
        x < other.x + other.width &&
        other.y < anchor.y + size.height &&
        anchor.y < other.y + other.height,
    )
  let x = anchor.x + anchor.width + gap
  for (let other = overlaps(x); other !== undefined; other = overlaps(x)) x = other.x + other.width + gap
  return { id, x, y: anchor.y, width: size.width, height: size.height }
}

/** The pictures moved by (dx, dy) canvas pixels where `ids` has them; the rest as they were. */
export function moved(placed: readonly Placed[], ids: ReadonlySet<string>, dx: number, dy: number): Placed[] {
  return placed.map((item) => (ids.has(item.id) ? { ...item, x: item.x + dx, y: item.y + dy } : item))
}

/** Pictures laid side by side in rows, in the order given, from the left upper corner of where they are now; each row as tall as its tallest. */
export function sideBySide(placed: readonly Placed[], ids: readonly string[], surfaceAspect: number): Placed[] {
  const chosen = ids.flatMap((id) => placed.find((item) => item.id === id) ?? [])
  const corner = bounds<'canvas'>(chosen)
  if (corner === undefined) return [...placed]
  const cell = { width: Math.max(...chosen.map(({ width }) => width)), height: Math.max(...chosen.map(({ height }) => height)) }
  const columns = columnsFor(chosen.length, cell, surfaceAspect)
  const gap = gapFor(cell)
  const laid = new Map<string, Placed>()
  let top = corner.y
  for (let first = 0; first < chosen.length; first += columns) {
    const row = chosen.slice(first, first + columns)
    let left = corner.x
    for (const item of row) {
      laid.set(item.id, { ...item, x: left, y: top })
      left += item.width + gap
    }
    top += Math.max(...row.map(({ height }) => height)) + gap
  }
  return placed.map((item) => laid.get(item.id) ?? item)
}
