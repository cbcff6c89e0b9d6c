import type { Bitmap } from '#shared/mask/bitmap'

/**
 * How much of each pixel is drawn anew: 1 inside the mask, 0 farther from it than `feather` pixels, smooth between, so that old and new
 * meet without an edge. Distances are Euclidean between pixel centres. An empty mask is 0 everywhere.
 */
export function feathered({ width, height, pixels }: Bitmap, feather: number): Float32Array {
  const reach = feather + 1
  const squares = squaredDistances(width, height, pixels)
  return Float32Array.from(squares, (square) => {
    const near = Math.max(0, 1 - Math.sqrt(square) / reach)
    return near * near * (3 - 2 * near)
  })
}

/** Farther than any pixel. */
const FAR = 1e12

/** Squared distance of each pixel from the nearest one that is set. Source: Felzenszwalb and Huttenlocher, Distance transforms of sampled functions (2012). */
function squaredDistances(width: number, height: number, pixels: Uint8Array): Float64Array {
  const out = Float64Array.from(pixels, (pixel) => (pixel === 1 ? 0 : FAR))
  const columns = new LowerEnvelope(height)
  for (let x = 0; x < width; x++) columns.pass(out, x, width)
  const rows = new LowerEnvelope(width)
  for (let y = 0; y < height; y++) rows.pass(out, y * width, 1)
  return out
}

/** min over q of (p − q)² + f(q) along a line of pixels, as the lower envelope of parabolas. */
class LowerEnvelope {
  private readonly values: Float64Array
  private readonly vertices: Int32Array
  private readonly bounds: Float64Array

  constructor(private readonly length: number) {
    this.values = new Float64Array(length)
    this.vertices = new Int32Array(length)
    this.bounds = new Float64Array(length + 1)
  }

  /** Transforms `length` numbers of `data` in place: those at from, from + stride, … */
  pass(data: Float64Array, from: number, stride: number): void {
    const { length, values, vertices, bounds } = this
    for (let q = 0; q < length; q++) values[q] = data[from + q * stride]!
    let k = 0
    vertices[0] = 0
    bounds[0] = -Infinity
    for (let q = 1; q < length; q++) {
      let at = this.meet(q, vertices[k]!)
      while (at <= bounds[k]!) at = this.meet(q, vertices[--k]!)
      vertices[++k] = q
      bounds[k] = at
    }
    bounds[k + 1] = Infinity
    k = 0
    for (let p = 0; p < length; p++) {
      while (bounds[k + 1]! < p) k++
      const q = vertices[k]!
      data[from + p * stride] = (p - q) ** 2 + values[q]!
    }
  }

  /** Where the parabolas over q and v cross. */
  private meet(q: number, v: number): number {
    return (this.values[q]! + q * q - (this.values[v]! + v * v)) / (2 * (q - v))
  }
}
