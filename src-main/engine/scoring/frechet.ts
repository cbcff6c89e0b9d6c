import type { Random } from '../diffusion/random'
import { resampledDistance, type ResampledDistance } from './resampled-frechet'
import { estimateFrom, resamples, type Estimate } from './statistics'
import { symmetricEigen } from './symmetric-eigen'

/** Features of pictures: `count` rows of `width`. */
export interface Features {
  readonly rows: Float32Array
  readonly width: number
}

/**
 * Fréchet distances between Gaussians fitted to features: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) (Heusel et al. 2017), always against one
 * set of true features.
 */
export class FrechetSpace {
  private readonly mean: Float64Array
  private readonly covariance: Float64Array
  private readonly root: Float64Array
  private readonly trace: number

  constructor(truth: Features) {
    const { mean, covariance } = gaussian(truth)
    this.mean = mean
    this.covariance = covariance
    this.root = squareRoot(covariance, truth.width)
    this.trace = traceOf(covariance, truth.width)
  }

  /** The distance of the rows chosen by `indices` (all, if none are given). */
  distance(features: Features, indices?: Int32Array): number {
    const { width } = features
    const { mean, covariance } = gaussian(features, indices)
    const apart = mean.reduce((sum, m, i) => sum + (m - (this.mean[i] ?? 0)) ** 2, 0)
    // (Σ₁Σ₂)^½ has the trace of (Σ₁^½ Σ₂ Σ₁^½)^½, which is symmetric.
    const between = product(product(this.root, covariance, width), this.root, width)
    const overlap = symmetricEigen(between, width).values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)
    return apart + this.trace + traceOf(covariance, width) - 2 * overlap
  }

  /** Distances of many draws from one set: as `distance`, the cheaper way where rows are fewer than features. */
  resampled(features: Features): ResampledDistance {
    if (features.rows.length / features.width < features.width) return resampledDistance(this.mean, this.covariance, features)
    return (indices) => this.distance(features, Int32Array.from(indices))
  }
}

/**
 * Distances of several sets of pictures of the same prompts, and for each after the first its difference from the one before, with
 * bootstrap intervals: prompts are drawn with replacement, the same ones in every set.
 */
export function frechetSeries(
  space: FrechetSpace,
  sets: readonly Features[],
  draws: number,
  random: Random,
): { readonly distances: readonly Estimate[]; readonly changes: readonly Estimate[] } {
  const count = Math.min(...sets.map(({ rows, width }) => rows.length / width))
  const of = sets.map((set) => space.resampled(set))
  const samples = resamples(count, draws, random).map((indices) => of.map((distance) => distance(indices)))
  const values = sets.map((set) => space.distance(set))
  return {
    distances: values.map((value, k) =>
      estimateFrom(
        value,
        samples.map((sample) => sample[k] ?? NaN),
      ),
    ),
    changes: values.slice(1).map((value, k) =>
      estimateFrom(
        value - (values[k] ?? NaN),
        samples.map((sample) => (sample[k + 1] ?? NaN) - (sample[k] ?? NaN)),
      ),
    ),
  }
}

/** Mean and covariance (divided by n − 1). */
function gaussian(
  { rows, width }: Features,
  indices: ArrayLike<number> = Array.from({ length: rows.length / width }, (_, i) => i),
): { readonly mean: Float64Array; readonly covariance: Float64Array } {
  const count = indices.length
  const mean = new Float64Array(width)
  for (let k = 0; k < count; k++) {
    const at = (indices[k] as number) * width
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (rows[at + i] as number) / count
  }
  const covariance = new Float64Array(width * width)
  const centred = new Float64Array(width)
  for (let k = 0; k < count; k++) {
    const at = (indices[k] as number) * width
    for (let i = 0; i < width; i++) centred[i] = (rows[at + i] as number) - (mean[i] as number)
    for (let i = 0; i < width; i++) {
      const left = (centred[i] as number) / (count - 1)
      for (let j = i; j < width; j++)
        covariance[i * width + j] = (covariance[i * width + j] as number) + left * (centred[j] as number)
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) covariance[i * width + j] = covariance[j * width + i] as number
  return { mean, covariance }
}

function squareRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n)
  const scaled = vectors.map((x, at) => x * Math.sqrt(Math.sqrt(Math.max(0, values[Math.floor(at / n)] as number))))
  const root = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const left = scaled[k * n + i] as number
      for (let j = 0; j < n; j++) root[i * n + j] = (root[i * n + j] as number) + left * (scaled[k * n + j] as number)
    }
  }
  return root
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k] as number
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] as number) + left * (b[k * n + j] as number)
    }
  }
  return out
}

function traceOf(matrix: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i] as number
  return sum
}
