import type { Picture } from '../../images/picture'

/** What two pictures are compared by. */
export interface Likeness {
  /** 256 bits, hexadecimal: which of two neighbours in a 17 × 16 grid is brighter. */
  readonly edges: string
  /** Mean colours of a 4 × 4 grid, hexadecimal. */
  readonly colours: string
}

/** Difference hash (Krawetz 2013, "Kind of Like That") on a grid fine enough for drawings, with colours beside it, since it sees none. */
export function likenessOf(picture: Picture): Likeness {
  const grey = means(picture, COLUMNS + 1, ROWS).map(([r = 0, g = 0, b = 0]) => luma(r, g, b))
  const bits: number[] = []
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const at = row * (COLUMNS + 1) + column
      bits.push((grey[at + 1] ?? 0) > (grey[at] ?? 0) + NOISE ? 1 : 0)
    }
  }
  const bytes = Uint8Array.from({ length: bits.length / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  )
  const colours = Uint8Array.from(means(picture, 4, 4).flat().map(Math.round))
  return { edges: Buffer.from(bytes).toString('hex'), colours: Buffer.from(colours).toString('hex') }
}

const COLUMNS = 16
const ROWS = 16
/** Levels by which neighbours must differ: compression makes flat parts uneven by one or two. */
const NOISE = 2

/** Bits of 256 and mean levels of colour by which copies differ that were resized or compressed again. */
const MOST_BITS = 12
const MOST_LEVELS = 8

/** Whether two pictures are one to the eye. */
export function areAlike(a: Likeness, b: Likeness): boolean {
  return bitsApart(a.edges, b.edges) <= MOST_BITS && levelsApart(a.colours, b.colours) <= MOST_LEVELS
}

/** For each picture that is like an earlier one, the earliest. Indices into `pictures`. */
export function nearDuplicates(pictures: readonly Likeness[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  pictures.forEach((picture, i) => {
    const earlier = pictures.findIndex((other, j) => j < i && !found.has(j) && areAlike(other, picture))
    if (earlier >= 0 && earlier < i) found.set(i, earlier)
  })
  return found
}

function bitsApart(a: string, b: string): number {
  let count = 0
  for (let i = 0; i < a.length; i += 8) {
    let differing = parseInt(a.slice(i, i + 8), 16) ^ parseInt(b.slice(i, i + 8), 16)
    for (; differing !== 0; differing &= differing - 1) count++
  }
  return count
}

function levelsApart(a: string, b: string): number {
  const [x, y] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return x.reduce((sum, level, i) => sum + Math.abs(level - (y[i] ?? 0)), 0) / Math.max(1, x.length)
}

/** Mean colours of a grid, row by row. */
function means({ width, height, rgb }: Picture, columns: number, rows: number): number[][] {
  return Array.from({ length: columns * rows }, (_, cell) => {
    const [left, right] = span(cell % columns, columns, width)
    const [top, bottom] = span(Math.floor(cell / columns), rows, height)
    const sums = [0, 0, 0]
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (rgb[(y * width + x) * 3 + c] ?? 0)
      }
    }
    return sums.map((sum) => sum / ((right - left) * (bottom - top)))
  })
}

/** The pixels of part `i` of `parts`; at least one. */
function span(i: number, parts: number, length: number): readonly [number, number] {
  const from = Math.min(length - 1, Math.floor((i * length) / parts))
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / parts))]
}

/** Brightness as the eye weighs colours (ITU-R BT.601). */
export function luma(r: number, g: number, b: number): number {
  return 0.299 * r + 0.587 * g + 0.114 * b
}
