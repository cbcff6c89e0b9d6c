import { z } from 'zod'
import type { Estimate } from '../../scoring/statistics'

/** Numbers as records keep them: JSON has no NaN, so what is not finite is null. */
export const Finite = z.number().nullable()

/** A number, or null where it is not finite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Rows of features, float32 little-endian in base64. */
export function packRows(rows: Float32Array): string {
  return Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength).toString('base64')
}

/** The inverse of `packRows`. */
export function unpackRows(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

export const EstimateRecord = z.object({ value: z.number(), low: z.number(), high: z.number() })

/** An estimate as three cells of a row. */
export function cellsOf(name: string, estimate: Estimate | undefined): Record<string, number | null> {
  const { value = NaN, low = NaN, high = NaN } = estimate ?? {}
  return { [name]: finite(value), [`${name}Low`]: finite(low), [`${name}High`]: finite(high) }
}

/** Rows of one width, one after another. */
export function joinRows(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
