import { zeros, type Tensor } from '../../../ir/tensor'
import type { Buffers } from './buffers'

/** What a grid in tiles is like, whatever its height (nn/tiles). */
export interface GridForm {
  /** s: cells along a side of a tile; 1 for a grid without tiles. */
  readonly side: number
  readonly channels: number
  /** Tiles along a row. */
  readonly columns: number
}

/** Some rows of a grid, and what the stripes above and below need of them. */
export interface Stripe {
  /** (s²,C,r,T) */
  readonly body: Tensor<'f32'>
  /** Its uppermost and its lowest rows of cells, (s,C,e,T); absent where nobody looks beyond its own stripe. */
  readonly first?: Tensor<'f32'>
  readonly last?: Tensor<'f32'>
}

/** Rows of each stripe of a grid: multiples of `multiple` (which divides `rows`), as even as they can be, none above `most` if that is possible. */
export function partition(rows: number, most: number, multiple = 1): number[] {
  const blocks = rows / multiple
  const count = Math.ceil(blocks / Math.max(1, Math.floor(most / multiple)))
  const until = (k: number): number => Math.floor((k * blocks) / count) * multiple
  return Array.from({ length: count }, (_, k) => until(k + 1) - until(k))
}

/** The rows beyond the end of a grid. Shape: (s,C,rows,T). */
export function nothingBeyond({ side, channels, columns }: GridForm, rows: number): Tensor<'f32'> {
  return zeros('f32', [side, channels, rows, columns])
}

/** A stripe with so many rows at its ends for those who look beyond theirs. */
export function withEdges(body: Tensor<'f32'>, edgeRows: number, buffers: Buffers): Stripe {
  if (edgeRows === 0) return { body }
  return { body, first: edgeOf(body, 'first', edgeRows, buffers), last: edgeOf(body, 'last', edgeRows, buffers) }
}

/** The uppermost or the lowest `count` rows of cells of a stripe. More than one only without tiles. Shape: (s²,C,r,T) → (s,C,count,T). */
function edgeOf({ data, shape }: Tensor<'f32'>, which: 'first' | 'last', count: number, buffers: Buffers): Tensor<'f32'> {
  const [grids = 1, channels = 1, rows = 1, columns = 1] = shape
  const side = Math.sqrt(grids)
  const edge = buffers.take([side, channels, count, columns])
  // The sub-grids of the tiles' first or last row of cells stand together.
  const from = which === 'first' ? 0 : (grids - side) * channels * rows * columns + (rows - count) * columns
  for (let plane = 0; plane < side * channels; plane++) {
    const start = from + plane * rows * columns
    edge.data.set(data.subarray(start, start + count * columns), plane * count * columns)
  }
  return edge
}
