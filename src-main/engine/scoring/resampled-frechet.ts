import type { Features } from './frechet'
import { symmetricEigen } from './symmetric-eigen'

/** The distance of the rows chosen by their indices. */
export type ResampledDistance = (indices: ArrayLike<number>) => number

/**
 * Fréchet distances of many draws from one small set Y of n < D rows. With C the centred draw, (Σ₁^½ Σ₂ Σ₁^½)^½ has the trace of
 * (C Σ₁ Cᵀ/(n − 1))^½, and C Σ₁ Cᵀ is part of Y Σ₁ Yᵀ with its mean taken off: so a draw costs an n × n eigenvalue problem instead of a
 * D × D one. `mean`, `covariance`: of the true features, (D) and (D,D).
 */
export function resampledDistance(mean: Float64Array, covariance: Float64Array, { rows, width }: Features): ResampledDistance {
  const count = rows.length / width
  const gram = weightedGram(rows, covariance, width)
  const squares = Float64Array.from({ length: count }, (_, i) => squareNorm(rows.subarray(i * width, (i + 1) * width)))
  let trace = 0
  for (let i = 0; i < width; i++) trace += covariance[i * width + i] as number
  return (indices) => {
    const n = indices.length
    const centre = new Float64Array(width)
    let total = 0
    for (let k = 0; k < n; k++) {
      const row = indices[k] as number
      total += squares[row] as number
      for (let d = 0; d < width; d++) centre[d] = (centre[d] as number) + (rows[row * width + d] as number) / n
    }
    const apart = centre.reduce((sum, m, d) => sum + (m - (mean[d] as number)) ** 2, 0)
    const spread = (total - n * squareNorm(centre)) / (n - 1)
    return apart + trace + spread - 2 * overlap(gram, count, indices)
  }
}

/** tr (C Σ₁ Cᵀ/(n − 1))^½ of a draw. */
function overlap(gram: Float64Array, count: number, indices: ArrayLike<number>): number {
  const n = indices.length
  const part = new Float64Array(n * n)
  const means = new Float64Array(n)
  let all = 0
  for (let i = 0; i < n; i++) {
    const from = (indices[i] as number) * count
    for (let j = 0; j < n; j++) {
      const value = gram[from + (indices[j] as number)] as number
      part[i * n + j] = value
      means[i] = (means[i] as number) + value / n
    }
    all += (means[i] as number) / n
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      part[i * n + j] = ((part[i * n + j] as number) - (means[i] as number) - (means[j] as number) + all) / (n - 1)
  }
  return symmetricEigen(part, n).values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)
}

/** Y Σ Yᵀ. rows: (n,D), covariance: (D,D). */
function weightedGram(rows: Float32Array, covariance: Float64Array, width: number): Float64Array {
  const count = rows.length / width
  const gram = new Float64Array(count * count)
  const turned = new Float64Array(width)
  for (let i = 0; i < count; i++) {
    turned.fill(0)
    for (let a = 0; a < width; a++) {
      const y = rows[i * width + a] as number
      if (y !== 0) for (let b = 0; b < width; b++) turned[b] = (turned[b] as number) + y * (covariance[a * width + b] as number)
    }
    for (let j = i; j < count; j++) {
      let sum = 0
      for (let b = 0; b < width; b++) sum += (turned[b] as number) * (rows[j * width + b] as number)
      gram[i * count + j] = sum
      gram[j * count + i] = sum
    }
  }
  return gram
}

function squareNorm(values: Float32Array | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value ** 2
  return sum
}
