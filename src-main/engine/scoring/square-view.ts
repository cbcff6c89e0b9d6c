import type { Picture } from '../images/picture'
import { VIEW_SIDE } from './evaluator'

/**
 * A picture as the evaluator looks at it: the square in its middle, each pixel the mean of the area it covers, so that fine detail of a
 * large picture does not become noise. Shape: picture → (3,VIEW_SIDE,VIEW_SIDE) in [−1,1].
 */
export function squareView({ width, height, rgb }: Picture, side = VIEW_SIDE): Float32Array {
  const cut = Math.min(width, height)
  const [left, top] = [(width - cut) / 2, (height - cut) / 2]
  const columns = coverage(left, cut, side)
  const rows = coverage(top, cut, side)
  const view = new Float32Array(3 * side * side)
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (const { at: from, share: vertical } of row) {
          for (const { at, share } of column) sum += vertical * share * (rgb[3 * (from * width + at) + channel] as number)
        }
        view[(channel * side + y) * side + x] = sum / 127.5 - 1
      }
    })
  })
  return view
}

/** For each of `side` cells of [from, from + length): the pixels it covers, with their shares of it. */
function coverage(from: number, length: number, side: number): { readonly at: number; readonly share: number }[][] {
  const cell = length / side
  return Array.from({ length: side }, (_, i) => {
    const [low, high] = [from + i * cell, from + (i + 1) * cell]
    const first = Math.floor(low)
    const last = Math.max(first, Math.ceil(high) - 1)
    return Array.from({ length: last - first + 1 }, (__, k) => {
      const at = first + k
      return { at, share: (Math.min(high, at + 1) - Math.max(low, at)) / cell }
    })
  })
}
