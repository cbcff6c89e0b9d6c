import { createHash } from 'node:crypto'

/** Whole numbers made at a time. */
const BLOCK = 4096
const HALF_RANGE = 2 ** 31

/**
 * Fast repeatable numbers for weights that only have to be random: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state. Each tensor
 * has a stream of its own, named by its key, so that the order of tensors changes no value.
 */
export class RandomNumbers {
  /** a, b, c and the counter. */
  private readonly state: Int32Array
  private readonly block = new Int32Array(BLOCK)
  private used = BLOCK

  constructor(seed: number, name: string) {
    const bytes = createHash('sha256').update(`${seed} ${name}`).digest()
    this.state = Int32Array.from({ length: 4 }, (_, i) => bytes.readInt32LE(4 * i))
  }

  /** Fills with numbers uniform on (−bound, bound). */
  uniform(out: Float32Array, bound: number): void {
    const scale = bound / HALF_RANGE
    for (let at = 0; at < out.length;) {
      if (this.used === BLOCK) this.refill()
      const count = Math.min(BLOCK - this.used, out.length - at)
      // Half a step more keeps both ends equally far.
      for (let i = 0; i < count; i++) out[at + i] = scale * ((this.block[this.used + i] ?? 0) + 0.5)
      this.used += count
      at += count
    }
  }

  /** Fills with normal numbers of mean 0 (Marsaglia's polar method). */
  normal(out: Float32Array, deviation: number): void {
    for (let at = 0; at < out.length;) {
      if (this.used > BLOCK - 2) this.refill()
      const u = ((this.block[this.used] ?? 0) + 0.5) / HALF_RANGE
      const v = ((this.block[this.used + 1] ?? 0) + 0.5) / HALF_RANGE
      this.used += 2
      const square = u * u + v * v
      if (square >= 1) continue
      const radius = deviation * Math.sqrt((-2 * Math.log(square)) / square)
      out[at++] = u * radius
      // Of an odd length the last one stays unused.
      if (at < out.length) out[at++] = v * radius
    }
  }

  private refill(): void {
    let [a = 0, b = 0, c = 0, counter = 0] = this.state
    for (let i = 0; i < BLOCK; i++) {
      const sum = (((a + b) | 0) + counter) | 0
      counter = (counter + 1) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + sum) | 0
      this.block[i] = sum
    }
    this.state.set([a, b, c, counter])
    this.used = 0
  }
}
