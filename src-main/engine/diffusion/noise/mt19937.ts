/**
 * The Mersenne Twister MT19937 as PyTorch seeds it: from the low 32 bits of the seed.
 * Source: Matsumoto and Nishimura 1998; init_genrand of the 2002 reference code.
 */
export class Mt19937 {
  private readonly state = new Uint32Array(SIZE)
  private next = SIZE

  constructor(seed: number) {
    this.state[0] = seed >>> 0
    for (let i = 1; i < SIZE; i++) {
      const before = this.state[i - 1] ?? 0
      this.state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
    }
  }

  /** The next 32 bits. */
  word(): number {
    if (this.next === SIZE) this.refill()
    let y = this.state[this.next++] ?? 0
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  private refill(): void {
    const { state } = this
    for (let i = 0; i < SIZE; i++) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % SIZE] ?? 0) & 0x7fffffff)
      state[i] = (state[(i + SHIFT) % SIZE] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.next = 0
  }
}

const SIZE = 624
const SHIFT = 397
