import { EngineError } from '../ir/errors'
import { sizeOf, tensor, type Tensor } from '../ir/tensor'

/** A matrix in 8 bits: x[r, …] ≈ scale[r] · values[r, …], values in [−127, 127]. */
export interface Quantised {
  readonly values: Tensor<'i8'>
  readonly scale: Tensor<'f32'>
}

/**
 * Symmetric 8-bit quantisation with one scale for each row of the first axis: scale = max|row| / 127.
 * Shape: (R,…) → values (R,…), scale (R). The error is at most scale/2. Throws EngineError on infinite or NaN weights.
 */
export function quantiseRows(weights: Tensor<'f32'>): Quantised {
  const [rows = 1, ...rest] = weights.shape
  const width = sizeOf(rest)
  const values = new Int8Array(rows * width)
  const scale = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const source = weights.data.subarray(row * width, (row + 1) * width)
    let largest = 0
    for (const x of source) {
      if (!Number.isFinite(x)) throw new EngineError('weights.not-finite', `Row ${row} holds ${x}.`, 'Keep these weights in f32.')
      largest = Math.max(largest, Math.abs(x))
    }
    const step = Math.fround(largest / 127)
    scale[row] = step
    // A row of zeros, or of numbers so small that their step underflows, stays zero.
    if (step > 0)
      for (let i = 0; i < width; i++) values[row * width + i] = Math.max(-127, Math.min(127, Math.round(source[i]! / step)))
  }
  return { values: tensor('i8', weights.shape, values), scale: tensor('f32', [rows], scale) }
}

/** The inverse of `quantiseRows` up to its error. Shape: (R,…), (R) → (R,…). */
export function dequantiseRows({ values, scale }: Quantised): Tensor<'f32'> {
  const width = scale.data.length === 0 ? 0 : values.data.length / scale.data.length
  const out = new Float32Array(values.data.length)
  for (let i = 0; i < out.length; i++) out[i] = values.data[i]! * scale.data[Math.floor(i / width)]!
  return tensor('f32', values.shape, out)
}
