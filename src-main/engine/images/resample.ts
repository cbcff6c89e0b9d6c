import { picture, type Picture } from './picture'

/**
 * Catmull–Rom's cubic: exact at whole pixels, support 2. Sums and products of float64 alone, so every machine gives the same bytes, which
 * no two builds of a picture library promise. Source: Keys, Cubic convolution interpolation (1981), a = −1/2.
 */
function cubic(x: number): number {
  const d = Math.abs(x)
  if (d < 1) return 1 + d * d * (1.5 * d - 2.5)
  return d < 2 ? 2 + d * (-4 + d * (2.5 - 0.5 * d)) : 0
}

/** Which pixels of a line make pixel i of the new line, and with which weights. */
interface Tap {
  readonly from: number
  readonly weights: Float64Array
}

/** Taps for pixels `from` … of a line of `old` pixels as one of `fresh`: made smaller, the kernel grows so that no pixel is passed over; ends count on. */
function taps(old: number, fresh: number, { from, count }: { readonly from: number; readonly count: number }): Tap[] {
  const scale = old / fresh
  const stretch = Math.max(1, scale)
  return Array.from({ length: count }, (_, i) => {
    const centre = (from + i + 0.5) * scale - 0.5
    const first = Math.ceil(centre - 2 * stretch)
    const last = Math.floor(centre + 2 * stretch)
    const [low, high] = [Math.max(0, Math.min(old - 1, first)), Math.max(0, Math.min(old - 1, last))]
    const weights = new Float64Array(high - low + 1)
    for (let j = first; j <= last; j++) weights[Math.min(high, Math.max(low, j)) - low]! += cubic((j - centre) / stretch)
    const sum = weights.reduce((a, b) => a + b, 0)
    return { from: low, weights: weights.map((weight) => weight / sum) }
  })
}

/** A part of a picture, in its pixels. */
export interface Window {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A picture as one of width × height pixels, whatever its shape was, or a part of that one. The same on every machine. */
export function resample(source: Picture, width: number, height: number, part: Window = { x: 0, y: 0, width, height }): Picture {
  if (source.width === width && source.height === height) return cut(source, part)
  const rows = taps(source.height, height, { from: part.y, count: part.height })
  const top = Math.min(...rows.map(({ from }) => from))
  const bottom = Math.max(...rows.map(({ from, weights }) => from + weights.length))
  const stride = part.width * 3
  const wide = new Float64Array((bottom - top) * stride)
  taps(source.width, width, { from: part.x, count: part.width }).forEach(({ from, weights }, x) => {
    for (let y = top; y < bottom; y++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * source.rgb[(y * source.width + from + k) * 3 + c]!
        wide[(y - top) * stride + x * 3 + c] = sum
      }
    }
  })
  const rgb = new Uint8Array(part.height * stride)
  rows.forEach(({ from, weights }, y) => {
    for (let i = 0; i < stride; i++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * wide[(from - top + k) * stride + i]!
      rgb[y * stride + i] = Math.min(255, Math.max(0, Math.round(sum)))
    }
  })
  return picture(part.width, part.height, rgb)
}

function cut(source: Picture, { x, y, width, height }: Window): Picture {
  if (x === 0 && y === 0 && width === source.width && height === source.height) return source
  const rgb = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * source.width + x) * 3
    rgb.set(source.rgb.subarray(from, from + width * 3), row * width * 3)
  }
  return picture(width, height, rgb)
}
