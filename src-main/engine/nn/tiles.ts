import { mulDims, subDims, type Dim } from '../ir/dim'
import { GraphError } from '../ir/errors'
import type { Value } from '../ir/value'
import type { Net } from './net'

/**
 * Grids in tiles: (s²,C,R,T) holds a grid of C channels, s·R rows and s·T columns; its sub-grid i·s+j has cell (i,j) of every s×s
 * tile. With s = 1 it is the grid itself, (1,C,H,W). Layers that look at one cell at a time work on tiles as on a batch of grids;
 * those that look at neighbours find them in the neighbouring sub-grids, so that Winograd's transforms are matrix products
 * without any gathering of cells.
 */

/** The row of cells above a stripe of a grid and the one below it, each (s,C,1,T): zeros where the grid ends. */
export interface Edges {
  readonly above: Value
  readonly below: Value
}

/** Shape: (1,C,s·R,s·T) → (s²,C,R,T). */
export function toTiles(net: Net, x: Value, side: number, rows: Dim, columns: Dim): Value {
  if (side === 1) return x
  const [, C = 1] = x.shape
  const cells = net.b.transpose(net.b.reshape(x, [C, rows, side, columns, side]), [2, 4, 0, 1, 3])
  return net.b.reshape(cells, [side * side, C, rows, columns])
}

/** Shape: (s²,C,R,T) → (1,C,s·R,s·T). */
export function fromTiles(net: Net, x: Value): Value {
  const side = sideOf(x)
  if (side === 1) return x
  const [, C = 1, R = 1, T = 1] = x.shape
  const cells = net.b.transpose(net.b.reshape(x, [side, side, C, R, T]), [2, 3, 0, 4, 1])
  return net.b.reshape(cells, [1, C, mulDims(R, side), mulDims(T, side)])
}

/** Every row with the rows between its neighbours: sub-grids of rows −1 … s. Shape: (s²,C,R,T) → (s+2,s,C,R,T). */
export function withRowsAround(net: Net, x: Value, { above, below }: Edges): Value {
  const { b } = net
  const side = sideOf(x)
  const [, C = 1, R = 1, T = 1] = x.shape
  const tiles = b.reshape(x, [side, side, C, R, T])
  const edge = (row: Value): Value => b.reshape(row, [1, side, C, 1, T])
  const lowest = b.slice(b.slice(tiles, 0, side - 1, side), 3, 0, subDims(R, 1))
  const uppermost = b.slice(b.slice(tiles, 0, 0, 1), 3, 1, R)
  return b.concat([b.concat([edge(above), lowest], 3), tiles, b.concat([uppermost, edge(below)], 3)], 0)
}

/** The same for columns; beyond the grid lie zeros. Shape: (A,s,C,R,T) → (A,s+2,C,R,T). */
export function withColumnsAround(net: Net, x: Value): Value {
  const { b } = net
  const [A = 1, side = 1, C = 1, R = 1, T = 1] = x.shape
  const nothing = b.zero({ dtype: x.dtype, shape: [A, 1, C, R, 1] })
  const rightmost = b.slice(b.slice(x, 1, subDims(side, 1), side), 4, 0, subDims(T, 1))
  const leftmost = b.slice(b.slice(x, 1, 0, 1), 4, 1, T)
  return b.concat([b.concat([nothing, rightmost], 4), x, b.concat([leftmost, nothing], 4)], 1)
}

/** Cell (p,q) of every pair of pairs, number 2p + q of the quarters, to its place. Shape: (4,s²,O,R,T) → (s²,O,2R,2T). */
export function weaveQuarters(net: Net, quarters: Value): Value {
  const { b } = net
  const [, cells = 1, O = 1, R = 1, T = 1] = quarters.shape
  // Row a of tile r becomes rows 2a + p of two tiles: with a = half·a₁ + a₀, row 2·a₀ + p of tile 2r + a₁. Without tiles, of row 2r + p.
  const half = Math.sqrt(Number(cells)) / 2
  const tiled = cells !== 1
  const parts = tiled ? b.reshape(quarters, [2, 2, 2, half, 2, half, O, R, T]) : b.reshape(quarters, [2, 2, O, R, T])
  const rows = tiled ? b.transpose(parts, [4, 3, 0, 5, 1, 6, 7, 2, 8]) : b.transpose(parts, [1, 2, 3, 0, 4])
  // Columns alternate between the two halves: joining them cell by cell is faster than a transposition that moves single cells.
  const columns = b.split(b.reshape(rows, [2, mulDims(mulDims(cells, O), R), mulDims(T, 2), 1]), 0, [1, 1])
  return b.reshape(b.concat(columns, 3), [cells, O, mulDims(R, 2), mulDims(T, 2)])
}

/** s of (s²,C,R,T). */
export function sideOf(x: Value): number {
  const side = Math.sqrt(Number(x.shape[0]))
  if (x.shape.length !== 4 || !Number.isInteger(side)) {
    throw new GraphError(`A grid in tiles is (s²,C,R,T) with a whole s, got (${x.shape.join(',')}).`)
  }
  return side
}
