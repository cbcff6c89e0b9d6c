/**
 * PNG's row filters. Each row is stored as differences to its left (Sub), upper (Up), their mean (Average) or the nearest of
 * left, upper and upper left (Paeth); the filter whose differences are smallest in sum is taken, as the specification advises
 * (PNG, third edition, 12.7). Integer arithmetic only, so every machine gives the same bytes.
 */

/** Rows of `stride` bytes → rows of a filter byte and `stride` differences. `pixel` is the number of bytes of a pixel. */
export function filterRows(data: Uint8Array, stride: number, pixel: number): Uint8Array {
  const rows = stride === 0 ? 0 : data.length / stride
  const out = new Uint8Array(rows * (stride + 1))
  const candidates = [1, 2, 3, 4].map((filter) => ({ filter, bytes: new Uint8Array(stride) }))
  const nothing = new Uint8Array(stride)
  for (let y = 0; y < rows; y++) {
    const row = data.subarray(y * stride, (y + 1) * stride)
    const above = y === 0 ? nothing : data.subarray((y - 1) * stride, y * stride)
    let best = candidates[0]!
    let least = Infinity
    for (const candidate of candidates) {
      const cost = FILTERS[candidate.filter]!(row, above, pixel, candidate.bytes)
      if (cost < least) {
        least = cost
        best = candidate
      }
    }
    out[y * (stride + 1)] = best.filter
    out.set(best.bytes, y * (stride + 1) + 1)
  }
  return out
}

/** Writes one row's differences to `out`, returns the sum of their magnitudes. */
type Filter = (row: Uint8Array, above: Uint8Array, pixel: number, out: Uint8Array) => number

const magnitude = (byte: number): number => (byte < 128 ? byte : 256 - byte)

const sub: Filter = (row, _above, pixel, out) => {
  let sum = 0
  for (let i = 0; i < row.length; i++) {
    const left = i < pixel ? 0 : row[i - pixel]!
    sum += magnitude((out[i] = (row[i]! - left) & 255))
  }
  return sum
}

const up: Filter = (row, above, _pixel, out) => {
  let sum = 0
  for (let i = 0; i < row.length; i++) sum += magnitude((out[i] = (row[i]! - above[i]!) & 255))
  return sum
}

const average: Filter = (row, above, pixel, out) => {
  let sum = 0
  for (let i = 0; i < row.length; i++) {
    const left = i < pixel ? 0 : row[i - pixel]!
    sum += magnitude((out[i] = (row[i]! - ((left + above[i]!) >> 1)) & 255))
  }
  return sum
}

const paeth: Filter = (row, above, pixel, out) => {
  let sum = 0
  for (let i = 0; i < row.length; i++) {
    const left = i < pixel ? 0 : row[i - pixel]!
    const corner = i < pixel ? 0 : above[i - pixel]!
    const upper = above[i]!
    // Distances of left + upper − corner to left, to upper and to corner.
    const toLeft = Math.abs(upper - corner)
    const toUpper = Math.abs(left - corner)
    const toCorner = Math.abs(left + upper - 2 * corner)
    const nearest = toLeft <= toUpper && toLeft <= toCorner ? left : toUpper <= toCorner ? upper : corner
    sum += magnitude((out[i] = (row[i]! - nearest) & 255))
  }
  return sum
}

/** By the number that stands in the file. */
const FILTERS: { readonly [filter: number]: Filter } = { 1: sub, 2: up, 3: average, 4: paeth }
