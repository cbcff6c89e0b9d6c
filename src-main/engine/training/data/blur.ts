import type { Picture } from '../../images/picture'
import { luma } from './likeness'

/** Pixels that are averaged when a picture is blurred once more. */
const REACH = 4

/**
 * How blurred a picture is, 0 (sharp) to 1: what it loses of its differences between neighbours when it is blurred once more. A
 * sharp picture loses most of them, a blurred one few. The larger of rows and columns counts. 0 for a picture of one colour.
 * Source: Crété-Roffet, Dolmiere, Ladret, Nicolas 2007, "The Blur Effect".
 */
export function blurOf({ width, height, rgb }: Picture): number {
  const grey = Float32Array.from({ length: width * height }, (_, i) =>
    luma(rgb[i * 3] ?? 0, rgb[i * 3 + 1] ?? 0, rgb[i * 3 + 2] ?? 0),
  )
  const along = blurAlong(grey, { lines: height, length: width, next: 1, line: width })
  const down = blurAlong(grey, { lines: width, length: height, next: width, line: 1 })
  return Math.max(along, down)
}

interface Walk {
  readonly lines: number
  readonly length: number
  /** Distance in memory to the next pixel of a line, and to the next line. */
  readonly next: number
  readonly line: number
}

function blurAlong(grey: Float32Array, { lines, length, next, line }: Walk): number {
  let [all, lost] = [0, 0]
  const values = new Float32Array(length)
  const blurred = new Float32Array(length)
  for (let row = 0; row < lines; row++) {
    for (let i = 0; i < length; i++) values[i] = grey[row * line + i * next] ?? 0
    average(values, blurred)
    for (let i = 1; i < length; i++) {
      const before = Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0))
      const after = Math.abs((blurred[i] ?? 0) - (blurred[i - 1] ?? 0))
      all += before
      lost += Math.max(0, before - after)
    }
  }
  return all === 0 ? 0 : (all - lost) / all
}

/** The mean of each value and its neighbours; beyond the ends the last value goes on. */
function average(values: Float32Array, into: Float32Array): void {
  const last = values.length - 1
  const at = (i: number): number => values[Math.min(last, Math.max(0, i))] ?? 0
  let sum = 0
  for (let i = -REACH; i <= REACH; i++) sum += at(i)
  for (let i = 0; i <= last; i++) {
    into[i] = sum / (2 * REACH + 1)
    sum += at(i + REACH + 1) - at(i - REACH)
  }
}
