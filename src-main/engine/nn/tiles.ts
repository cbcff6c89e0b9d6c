import { divDims, mulDims } from '../ir/dim'
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
export function toTiles(net: Net, x: Value, side: number): Value {
  if (side === 1) return x
  const [, C = 1] = x.shape
  const [rows, columns] = [x.shape[2], x.shape[3]].map((size = 1) => divDims(size, side))
  if (rows === undefined || columns === undefined) {
    throw new GraphError(`A grid of (${x.shape.join(',')}) cannot be cut into tiles of ${side}×${side}.`)
  }
  const cells = net.b.transpose(net.b.reshape(x, [C, rows, side, columns, side]), [2, 4, 0, 1, 3])
  return net.b.reshape(cells, [side * side, C, rows, columns])
}

/** Tiles of 4×4 as twice as many of 2×2 along each axis. Shape: (16,C,R,T) → (4,C,2R,2T). */
export function halveTiles(net: Net, x: Value): Value {
  const { b } = net
  const [, C = 1, R = 1, T = 1] = x.shape
  // Row 2·i₁ + i₀ of tile r is row i₀ of tile 2r + i₁.
  const rows = b.transpose(b.reshape(x, [2, 2, 2, 2, C, R, T]), [2, 1, 3, 4, 5, 0, 6])
  return b.reshape(alternate(net, b.reshape(rows, [2, mulDims(mulDims(8, C), R), T])), [4, C, mulDims(R, 2), mulDims(T, 2)])
}

/** The same for a row of cells at the end of a stripe. Shape: (4,C,1,T) → (2,C,1,2T). */
export function halveEdge(net: Net, row: Value): Value {
  const [, C = 1, , T = 1] = row.shape
  return net.b.reshape(alternate(net, net.b.reshape(row, [2, mulDims(2, C), T])), [2, C, 1, mulDims(T, 2)])
}

/** The cells of two halves in turns: joining them cell by cell is faster than a transposition that moves single cells. Shape: (2,N,T) → (N,2T). */
function alternate({ b }: Net, halves: Value): Value {
  const [, N = 1, T = 1] = halves.shape
  const columns = b.split(b.reshape(halves, [2, N, T, 1]), 0, [1, 1])
  return b.reshape(b.concat(columns, 3), [N, mulDims(T, 2)])
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
  if (R === 1) return b.concat([edge(above), tiles, edge(below)], 0)
  // The last sub-grids without their last row of tiles, the first ones without their first.
  const lowest = b.pad(tiles, [1 - side, 0, 0, 0, 0, 0, 0, 0, -1, 0])
  const uppermost = b.pad(tiles, [0, 0, 0, -1, 0, 1 - side, 0, 0, 0, 0])
  return b.concat([b.concat([edge(above), lowest], 3), tiles, b.concat([uppermost, edge(below)], 3)], 0)
}

/** The same for columns; beyond the grid lie zeros. Shape: (A,s,C,R,T) → (A,s+2,C,R,T). */
export function withColumnsAround({ b }: Net, x: Value): Value {
  const [, side = 1] = x.shape
  const others = 1 - Number(side)
  // The last sub-grids moved by one tile to the right, the first ones to the left.
  const rightmost = b.pad(x, [0, others, 0, 0, 1, 0, 0, 0, 0, -1])
  const leftmost = b.pad(x, [0, 0, 0, 0, -1, 0, others, 0, 0, 1])
  return b.concat([rightmost, x, leftmost], 1)
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
  const count = mulDims(mulDims(cells, O), R)
  return b.reshape(alternate(net, b.reshape(rows, [2, count, mulDims(T, 2)])), [cells, O, mulDims(R, 2), mulDims(T, 2)])
}

/** s of (s²,C,R,T). */
export function sideOf(x: Value): number {
  const side = Math.sqrt(Number(x.shape[0]))
  if (x.shape.length !== 4 || !Number.isInteger(side)) {
    throw new GraphError(`A grid in tiles is (s²,C,R,T) with a whole s, got (${x.shape.join(',')}).`)
  }
  return side
}
