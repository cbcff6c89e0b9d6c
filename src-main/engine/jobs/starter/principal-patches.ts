import { f32, type Tensor } from '../../ir/tensor'
import { SmallRandom } from './random'

/** Sums over patches: how many, Σx, Σxxᵀ (row-major). */
export interface Moments {
  count: number
  readonly sum: Float64Array
  readonly products: Float64Array
}

/** Latents keep this power of a channel's spread in pixels: 1 is pixels' own scale, 0 makes all channels alike. Measured. */
const SPREAD_POWER = 0.4
const ITERATIONS = 60

/**
 * The linear autoencoder of least squares: principal components of patches, each scaled to spread^SPREAD_POWER.
 * Weights as 1 × 1 convolutions: encoder (channels,width,1,1), decoder (width,channels,1,1), with biases.
 */
export function principalPatches(
  moments: Moments,
  channels: number,
): { readonly encoder: Record<string, Tensor<'f32'>>; readonly decoder: Record<string, Tensor<'f32'>> } {
  const width = moments.sum.length
  const mean = moments.sum.map((sum) => sum / moments.count)
  const covariance = moments.products.map(
    (product, i) => product / moments.count - (mean[Math.floor(i / width)] ?? 0) * (mean[i % width] ?? 0),
  )
  const { vectors, values } = leadingEigenvectors(covariance, width, channels)
  const down = new Float32Array(channels * width)
  const offset = new Float32Array(channels)
  const up = new Float32Array(width * channels)
  for (let c = 0; c < channels; c++) {
    const spread = Math.sqrt(values[c] ?? 1)
    const gain = spread ** SPREAD_POWER / spread
    for (let i = 0; i < width; i++) {
      const v = vectors[c * width + i] ?? 0
      down[c * width + i] = v * gain
      up[i * channels + c] = v / gain
      offset[c] = (offset[c] ?? 0) - v * gain * (mean[i] ?? 0)
    }
  }
  return {
    encoder: { 'patch.weight': f32([channels, width, 1, 1], down), 'patch.bias': f32([channels], offset) },
    decoder: { 'patch.weight': f32([width, channels, 1, 1], up), 'patch.bias': f32([width], Float32Array.from(mean)) },
  }
}

/** Orthogonal iteration. matrix (n,n) symmetric → `count` rows of unit eigenvectors, largest eigenvalue first; signs fixed. */
export function leadingEigenvectors(
  matrix: Float64Array,
  n: number,
  count: number,
): { readonly vectors: Float64Array; readonly values: Float64Array } {
  const random = new SmallRandom(7)
  let rows = Float64Array.from({ length: count * n }, () => random.normal())
  const values = new Float64Array(count)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(count * n)
    for (let c = 0; c < count; c++) {
      const from = rows.subarray(c * n, (c + 1) * n)
      const into = next.subarray(c * n, (c + 1) * n)
      for (let i = 0; i < n; i++) into[i] = dot(matrix.subarray(i * n, (i + 1) * n), from)
    }
    for (let c = 0; c < count; c++) values[c] = orthonormalise(next, n, c)
    rows = next
  }
  for (let c = 0; c < count; c++) {
    const row = rows.subarray(c * n, (c + 1) * n)
    if (row.reduce((sum, x) => sum + x, 0) < 0) row.forEach((x, i) => (row[i] = -x))
  }
  return { vectors: rows, values }
}

/** Gram–Schmidt of row `c` against the rows before it; returns its length before scaling to 1. */
function orthonormalise(rows: Float64Array, n: number, c: number): number {
  const row = rows.subarray(c * n, (c + 1) * n)
  for (let k = 0; k < c; k++) {
    const other = rows.subarray(k * n, (k + 1) * n)
    const along = dot(row, other)
    for (let i = 0; i < n; i++) row[i] = (row[i] as number) - along * (other[i] as number)
  }
  const length = Math.sqrt(dot(row, row))
  for (let i = 0; i < n; i++) row[i] = (row[i] as number) / length
  return length
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
