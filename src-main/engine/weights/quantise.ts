import { EngineError } from '../ir/errors'
import { sizeOf, tensor, type Tensor } from '../ir/tensor'

/** A matrix in 8 bits: x[r, …] ≈ scale[r] · values[r, …], values in [−127, 127]. */
export interface Quantised {
  readonly values: Tensor<'i8'>
  readonly scale: Tensor<'f32'>
}

/**
 * Symmetric 8-bit quantisation with one scale for each row of the first axis: scale = max|row| / limit, so that values stay within
 * ±limit. Shape: (R,…) → values (R,…), scale (R). The error is at most scale/2. Throws EngineError on infinite or NaN weights.
 */
export function quantiseRows(weights: Tensor<'f32'>, limit = 127): Quantised {
  const scale = rowScales(weights, limit)
  const { data } = weights
  const values = new Int8Array(data.length)
  const width = data.length / scale.data.length
  for (let row = 0; row < scale.data.length; row++) {
    const step = scale.data[row]!
    // A row of zeros, or of numbers so small that their step underflows, stays zero.
    if (!(step > 0)) continue
    const end = (row + 1) * width
    for (let i = row * width; i < end; i++) values[i] = Math.max(-limit, Math.min(limit, Math.round(data[i]! / step)))
  }
  return { values: tensor('i8', weights.shape, values), scale }
}

/** The scales of `quantiseRows` alone. Shape: (R,…) → (R). Throws EngineError on infinite or NaN weights. */
export function rowScales(weights: Tensor<'f32'>, limit = 127): Tensor<'f32'> {
  const [rows = 1, ...rest] = weights.shape
  const width = sizeOf(rest)
  const { data } = weights
  const scale = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let largest = 0
    for (let i = row * width; i < (row + 1) * width; i++) {
      const size = Math.abs(data[i]!)
      if (!(size <= largest)) largest = size
    }
    if (!Number.isFinite(largest))
      throw new EngineError('weights.not-finite', `Row ${row} holds ${largest}.`, 'Keep these weights in f32.')
    scale[row] = Math.fround(largest / limit)
  }
  return tensor('f32', [rows], scale)
}

/** The inverse of `quantiseRows` up to its error. Shape: (R,…), (R) → (R,…). */
export function dequantiseRows({ values, scale }: Quantised): Tensor<'f32'> {
  const width = scale.data.length === 0 ? 0 : values.data.length / scale.data.length
  const out = new Float32Array(values.data.length)
  for (let i = 0; i < out.length; i++) out[i] = values.data[i]! * scale.data[Math.floor(i / width)]!
  return tensor('f32', values.shape, out)
}
