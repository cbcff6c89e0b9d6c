import type { Random } from '../diffusion/random'

/** A number with the interval that 95 % of its bootstrap draws fall into. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Mean of some numbers; NaN of none. */
export function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Variance of some numbers (divided by n − 1); 0 of fewer than two. */
export function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

/**
 * Index sets of `count` items drawn with replacement. The same sets serve every series that is measured on the same items, so that
 * differences between series are paired.
 */
export function resamples(count: number, draws: number, random: Random): Int32Array[] {
  return Array.from({ length: draws }, () => Int32Array.from({ length: count }, () => Math.floor(random.uniform() * count)))
}

/** The interval between the 2.5th and the 97.5th percentile of bootstrap draws, around `value`; both ends `value` where there are no draws. */
export function estimateFrom(value: number, draws: readonly number[]): Estimate {
  if (draws.length === 0) return { value, low: value, high: value }
  const sorted = [...draws].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN
  return { value, low: at(0.025), high: at(0.975) }
}

/** The mean of values with its bootstrap interval over the given index sets. */
export function bootstrapMean(values: readonly number[], sets: readonly Int32Array[]): Estimate {
  return estimateFrom(
    meanOf(values),
    sets.map((set) => meanOf(Float64Array.from(set, (i) => values[i] ?? NaN))),
  )
}

/** The mean of b − a, item by item, with its bootstrap interval. */
export function pairedDifference(a: readonly number[], b: readonly number[], sets: readonly Int32Array[]): Estimate {
  return bootstrapMean(
    b.map((value, i) => value - (a[i] ?? NaN)),
    sets,
  )
}
