import type { Random } from '../../diffusion/random'

/** A repeatable source of random numbers for data and batches (mulberry32). `state` may be saved and given back. */
export class SmallRandom implements Random {
  constructor(public state: number) {}

  /** Uniform on [0, 1), 32 bits. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let z = this.state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }

  /** Standard normal (Box–Muller, one of the pair). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Uniform on [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform()
  }

  /** An integer of 0 … count − 1. */
  below(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('pick: nothing to pick from.')
    return item
  }
}
