import { f32, type Tensor } from '../../ir/tensor'

/** Batches one after the other. Shape: (B,…) each → (ΣB,…). */
export function joinRows(parts: readonly Tensor<'f32'>[]): Tensor<'f32'> {
  const [first] = parts
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  return f32([rows, ...(first?.shape.slice(1) ?? [])], data)
}

/** The opposite, into `count` equal parts that share the memory of the whole. Shape: (B,…) → (B/count,…) each. */
export function splitRows(whole: Tensor<'f32'>, count: number): Tensor<'f32'>[] {
  const length = whole.data.length / count
  const shape = [(whole.shape[0] ?? 0) / count, ...whole.shape.slice(1)]
  return Array.from({ length: count }, (_, i) => f32(shape, whole.data.subarray(i * length, (i + 1) * length)))
}
