import type { Dim } from './dim'

/** Row-major shape; [] is a scalar. */
export type Shape = readonly Dim[]

/** (2,n,64) */
export function showShape(shape: Shape): string {
  return `(${shape.join(',')})`
}

/** True when both shapes have the same rank and dimensions. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i])
}

/** NumPy broadcasting. Undefined where the shapes do not broadcast; a symbol broadcasts with itself and 1 only. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const out: Dim[] = []
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1
    const y = b[b.length - rank + i] ?? 1
    if (x !== y && x !== 1 && y !== 1) return undefined
    out.push(x === 1 ? y : x)
  }
  return out
}

/** An axis counted from the front: −1 → rank − 1. Undefined outside the rank. */
export function normalAxis(axis: number, rank: number): number | undefined {
  const positive = axis < 0 ? axis + rank : axis
  return positive >= 0 && positive < rank ? positive : undefined
}
