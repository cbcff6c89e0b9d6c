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

/** Taps for a line of `old` pixels as one of `fresh`: made smaller, the kernel grows so that no pixel is passed over; ends count on. */
function taps(old: number, fresh: number): Tap[] {
  const scale = old / fresh
  const stretch = Math.max(1, scale)
  return Array.from({ length: fresh }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5
    const first = Math.ceil(centre - 2 * stretch)
    const last = Math.floor(centre + 2 * stretch)
    const [low, high] = [Math.max(0, first), Math.min(old - 1, last)]
    const weights = new Float64Array(high - low + 1)
    for (let j = first; j <= last; j++) weights[Math.min(high, Math.max(low, j)) - low]! += cubic((j - centre) / stretch)
    const sum = weights.reduce((a, b) => a + b, 0)
    return { from: low, weights: weights.map((weight) => weight / sum) }
  })
}

/** A picture of width × height pixels, whatever its shape was. The same on every machine. */
export function resample(source: Picture, width: number, height: number): Picture {
  if (source.width === width && source.height === height) return source
  const wide = new Float64Array(width * source.height * 3)
  taps(source.width, width).forEach(({ from, weights }, x) => {
    for (let y = 0; y < source.height; y++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * source.rgb[(y * source.width + from + k) * 3 + c]!
        wide[(y * width + x) * 3 + c] = sum
      }
    }
  })
  const rgb = new Uint8Array(width * height * 3)
  const row = width * 3
  taps(source.height, height).forEach(({ from, weights }, y) => {
    for (let i = 0; i < row; i++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * wide[(from + k) * row + i]!
      rgb[y * row + i] = Math.min(255, Math.max(0, Math.round(sum)))
    }
  })
  return picture(width, height, rgb)
}
