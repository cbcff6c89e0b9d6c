import type { Tensor } from '../ir/tensor'
import { picture, type Picture } from './picture'

/**
 * A linear map from a cell of a latent to the colours of the picture under it, in detail × detail parts: what a path looks like in a
 * fraction of the time that a decoder takes.
 */
export interface Projection {
  /** Channels of the latents that it reads. */
  readonly channels: number
  /** Parts along a side of a cell. */
  readonly detail: number
  /** (channels + 1) × (detail² · 3), row-major: a row for each channel, the last for the constant. In colour levels, 0 … 255. */
  readonly weights: Float32Array
}

/** A latent, (1,C,h,w) as the network sees it, and the picture that it stands for, of f·h × f·w pixels. */
export interface LatentPair {
  readonly latent: Tensor<'f32'>
  readonly picture: Picture
}

/** Added to the diagonal, as a part of its mean: channels that say nothing of colour get no weight instead of any. */
const RIDGE = 1e-4

/** The projection that comes closest to the pictures, by least squares over all cells. Detail: a divisor of the latent's factor. */
export function fitProjection(pairs: readonly LatentPair[], detail: number): Projection {
  const channels = pairs[0]?.latent.shape[1] ?? 0
  const [rows, columns] = [channels + 1, detail * detail * 3]
  const gram = new Float64Array(rows * rows)
  const moments = new Float64Array(rows * columns)
  for (const pair of pairs) {
    forEachCell(pair.latent, (x, row, column) => {
      const y = coloursUnder(pair, row, column, detail)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < rows; j++) gram[i * rows + j]! += x[i]! * x[j]!
        for (let j = 0; j < columns; j++) moments[i * columns + j]! += x[i]! * y[j]!
      }
    })
  }
  let trace = 0
  for (let i = 0; i < rows; i++) trace += gram[i * rows + i]!
  for (let i = 0; i < rows; i++) gram[i * rows + i]! += (RIDGE * trace) / rows
  return { channels, detail, weights: Float32Array.from(solved(gram, moments, rows, columns)) }
}

/** What a latent looks like: `detail` pixels for each of its cells. Shape: (1,C,h,w) → picture of detail·w × detail·h pixels. */
export function project({ detail, weights }: Projection, latent: Tensor<'f32'>): Picture {
  const [, , height = 0, width = 0] = latent.shape
  const columns = detail * detail * 3
  const rgb = new Uint8Array(height * width * columns)
  const levels = new Float64Array(columns)
  forEachCell(latent, (x, row, column) => {
    levels.fill(0)
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!
      for (let j = 0; j < columns; j++) levels[j]! += value * weights[i * columns + j]!
    }
    for (let part = 0; part < detail * detail; part++) {
      const at = ((row * detail + Math.floor(part / detail)) * width * detail + column * detail + (part % detail)) * 3
      for (let c = 0; c < 3; c++) {
        const level = levels[part * 3 + c]!
        rgb[at + c] = level >= 255 ? 255 : level > 0 ? level : 0
      }
    }
  })
  return picture(width * detail, height * detail, rgb)
}

/** Calls with the channels of each cell and a 1 after them; the array is used again. */
function forEachCell(latent: Tensor<'f32'>, visit: (x: Float64Array, row: number, column: number) => void): void {
  const [, channels = 0, height = 0, width = 0] = latent.shape
  const x = new Float64Array(channels + 1).fill(1)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let c = 0; c < channels; c++) x[c] = latent.data[(c * height + row) * width + column]!
      visit(x, row, column)
    }
  }
}

/** Mean colours of the parts of the picture under a cell: detail² · 3 levels. */
function coloursUnder(
  { latent, picture: { width, rgb } }: LatentPair,
  row: number,
  column: number,
  detail: number,
): Float64Array {
  const factor = width / (latent.shape[3] ?? 1)
  const side = factor / detail
  const out = new Float64Array(detail * detail * 3)
  for (let y = 0; y < factor; y++) {
    for (let x = 0; x < factor; x++) {
      const part = Math.floor(y / side) * detail + Math.floor(x / side)
      const from = ((row * factor + y) * width + column * factor + x) * 3
      for (let c = 0; c < 3; c++) out[part * 3 + c]! += rgb[from + c]! / (side * side)
    }
  }
  return out
}

/** X of A·X = B for a symmetric positive definite A (n × n) and B (n × m), by Cholesky. Both are overwritten. */
function solved(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) a[i * n + j]! -= a[i * n + k]! * a[j * n + k]!
    const pivot = Math.sqrt(a[j * n + j]!)
    for (let i = j; i < n; i++) a[i * n + j]! /= pivot
  }
  for (let column = 0; column < m; column++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) b[i * m + column]! -= a[i * n + k]! * b[k * m + column]!
      b[i * m + column]! /= a[i * n + i]!
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) b[i * m + column]! -= a[k * n + i]! * b[k * m + column]!
      b[i * m + column]! /= a[i * n + i]!
    }
  }
  return b
}
