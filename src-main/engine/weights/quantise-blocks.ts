import { EngineError } from '../ir/errors'
import { sizeOf, tensor, type Tensor } from '../ir/tensor'
import { Q4_BLOCK } from './stored'

/** A matrix (O,I) in 4 bits: w ≈ (q − zero)·scale, q and zero in [0, 15], by blocks of 32 of a row. */
export interface Packed {
  /** u8 (O, I/32, 16), the first of two numbers in the low bits. */
  readonly values: Tensor<'u8'>
  /** f32 (O, I/32). */
  readonly scale: Tensor<'f32'>
  /** u8 (O, ⌈I/64⌉), packed likewise. */
  readonly zero: Tensor<'u8'>
}

/** True where a matrix can be packed: its rows are made of whole blocks. */
export function packs(shape: readonly number[]): boolean {
  return shape.length === 2 && (shape[1] ?? 0) > 0 && (shape[1] ?? 0) % Q4_BLOCK === 0
}

/**
 * Asymmetric 4-bit quantisation: scale = (max − min)/15 with 0 in the range, so that zero is exact; the error is at most one scale.
 * Throws EngineError on infinite or NaN weights.
 */
export function quantiseBlocks(weights: Tensor<'f32'>): Packed {
  const [out = 0, inner = 0] = weights.shape
  const blocks = inner / Q4_BLOCK
  const values = new Uint8Array((out * inner) / 2)
  const scale = new Float32Array(out * blocks)
  const zeroWidth = Math.ceil(blocks / 2)
  const zero = new Uint8Array(out * zeroWidth)
  const { data } = weights
  for (let block = 0; block < out * blocks; block++) {
    const from = block * Q4_BLOCK
    let [least, most] = [0, 0]
    for (let i = from; i < from + Q4_BLOCK; i++) {
      const w = data[i]!
      if (w < least) least = w
      else if (w > most) most = w
      else if (Number.isNaN(w)) most = NaN
    }
    const step = Math.fround((most - least) / 15)
    if (!Number.isFinite(step)) throw notFinite(Math.floor(block / blocks))
    const origin = step === 0 ? 0 : Math.min(15, Math.round(-least / step))
    scale[block] = step
    const place = block % blocks
    zero[Math.floor(block / blocks) * zeroWidth + (place >> 1)]! |= origin << (4 * (place & 1))
    if (step === 0) continue
    for (let i = 0; i < Q4_BLOCK; i++) {
      const q = Math.max(0, Math.min(15, Math.round(data[from + i]! / step) + origin))
      values[(from + i) >> 1]! |= q << (4 * (i & 1))
    }
  }
  return {
    values: tensor('u8', [out, blocks, Q4_BLOCK / 2], values),
    scale: tensor('f32', [out, blocks], scale),
    zero: tensor('u8', [out, zeroWidth], zero),
  }
}

/** The inverse of `quantiseBlocks` up to its error. Shape: → (O,I). */
export function dequantiseBlocks({ values, scale, zero }: Packed): Tensor<'f32'> {
  const [out = 0, blocks = 0] = values.shape
  const data = new Float32Array(sizeOf(values.shape) * 2)
  const zeroWidth = Math.ceil(blocks / 2)
  for (let i = 0; i < data.length; i++) {
    const block = Math.floor(i / Q4_BLOCK)
    const [row, place] = [Math.floor(block / blocks), block % blocks]
    const origin = (zero.data[row * zeroWidth + (place >> 1)]! >> (4 * (place & 1))) & 15
    const q = (values.data[i >> 1]! >> (4 * (i & 1))) & 15
    data[i] = (q - origin) * scale.data[block]!
  }
  return tensor('f32', [out, blocks * Q4_BLOCK], data)
}

function notFinite(row: number): EngineError {
  return new EngineError('weights.not-finite', `Row ${row} holds a number that is not finite.`, 'Keep these weights in f32.')
}
