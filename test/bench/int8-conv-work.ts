import type { Tensor } from '../../src-main/engine/ir/tensor'
import { WINOGRAD_SIDE as SIDE } from '../../src-main/engine/nn/winograd'

/** A 3×3 convolution of a stripe, zeros all around it. */
export interface Work {
  readonly from: number
  readonly to: number
  readonly rows: number
  readonly columns: number
  /** (to,from,3,3). */
  readonly weight: Tensor<'f32'>
  /** (1,from,rows,columns). */
  readonly x: Tensor<'f32'>
}

/** A way to convolve, ready to run on its own layout. */
export interface Form {
  run(): Promise<void>
  /** What it gives. Shape: (to,rows,columns). */
  result(): Promise<Float32Array>
  release(): Promise<void>
}

/** One thread: no form gains by how its kernels divide their work. */
export const THREADS = 1

type Order = (c: number, h: number, w: number) => number

/** x in another order of its numbers. */
export function laidOut({ from, rows, columns, x }: Work, order: Order): Float32Array {
  const out = new Float32Array(x.data.length)
  for (let c = 0, i = 0; c < from; c++)
    for (let h = 0; h < rows; h++) for (let w = 0; w < columns; w++) out[order(c, h, w)] = x.data[i++] ?? 0
  return out
}

/** A result in another order as (to,rows,columns). */
export function backFrom({ to, rows, columns }: Work, y: Float32Array, order: Order): Float32Array {
  const out = new Float32Array(y.length)
  for (let c = 0, i = 0; c < to; c++)
    for (let h = 0; h < rows; h++) for (let w = 0; w < columns; w++) out[i++] = y[order(c, h, w)] ?? 0
  return out
}

const cellOf = (h: number, w: number): number => (h % SIDE) * SIDE + (w % SIDE)

/** Place of a cell of (C,H,W) in (16,C,R,T). */
export const tiles =
  (channels: number, { rows, columns }: Work): Order =>
  (c, h, w) =>
    ((cellOf(h, w) * channels + c) * (rows / SIDE) + Math.floor(h / SIDE)) * (columns / SIDE) + Math.floor(w / SIDE)
/** In (16,R,T,C). */
export const tilesOfPixels =
  (channels: number, { rows, columns }: Work): Order =>
  (c, h, w) =>
    ((cellOf(h, w) * (rows / SIDE) + Math.floor(h / SIDE)) * (columns / SIDE) + Math.floor(w / SIDE)) * channels + c
/** In (C,H,W). */
export const grid =
  ({ rows, columns }: Work): Order =>
  (c, h, w) =>
    (c * rows + h) * columns + w
/** In (H,W,C). */
export const pixels =
  (channels: number, { columns }: Work): Order =>
  (c, h, w) =>
    (h * columns + w) * channels + c
