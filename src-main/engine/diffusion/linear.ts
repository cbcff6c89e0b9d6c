import { BatchError } from './errors'

/** Row-major numbers of a batch, in memory order. */
export type Numbers = Float32Array | Float64Array

/** One term of a sum over a batch: sample i of `data` times coefficient i. */
export interface Term {
  readonly name: string
  readonly data: Numbers
  readonly coefficient: (sample: number) => number
}

/**
 * Σ over terms of coefficient(i) · data(i), for each sample i of a batch, in float64. Shape: (batch, …) → (batch, …).
 * Every transport formula is such a sum. A term whose coefficient is 0 is not read, so it cannot carry NaN into the sum.
 * Throws BatchError where the terms differ in length.
 */
export function linear(batch: number, terms: readonly Term[]): Float64Array {
  const length = terms[0]?.data.length ?? 0
  for (const { name, data } of terms) {
    if (data.length !== length || length % batch !== 0) {
      throw new BatchError({ name, got: `${data.length} numbers`, need: `${length} numbers in ${batch} samples` })
    }
  }
  const out = new Float64Array(length)
  const size = length / batch
  for (let sample = 0; sample < batch; sample++) {
    for (const { data, coefficient } of terms) {
      const c = coefficient(sample)
      if (c !== 0) accumulate(out, data, c, sample * size, (sample + 1) * size)
    }
  }
  return out
}

function accumulate(out: Float64Array, data: Numbers, c: number, from: number, to: number): void {
  for (let i = from; i < to; i++) out[i] = (out[i] ?? 0) + c * (data[i] ?? 0)
}

/** The parts one after another, rounded to float32. */
export function joined(parts: readonly Numbers[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
