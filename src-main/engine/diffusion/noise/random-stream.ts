import type { Random } from '../random'
import { boxMuller, fillNormals } from './box-muller'
import { philox, words } from './philox'

/** All there is to a RandomStream: plain data for a checkpoint. */
export interface RandomState {
  readonly seed: number
  /** Blocks drawn so far. */
  readonly drawn: number
  /** Streams of one seed in different lanes share no number (default 0). */
  readonly lane?: number | undefined
}

/** A training run's random numbers: Philox4x32-10 blocks in sequence, one block a draw. Same state, same numbers. */
export class RandomStream implements Random {
  private readonly key: readonly [number, number]
  private readonly block = new Uint32Array(4)
  private drawn: number

  constructor(
    private readonly seed: number,
    drawn = 0,
    private readonly lane = 0,
  ) {
    this.key = words(seed)
    this.drawn = drawn
  }

  static restore(state: RandomState): RandomStream {
    return new RandomStream(state.seed, state.drawn, state.lane)
  }

  get state(): RandomState {
    return { seed: this.seed, drawn: this.drawn, lane: this.lane }
  }

  uniform(): number {
    this.advance()
    return ((this.block[0] ?? 0) * 2 ** 21 + ((this.block[1] ?? 0) >>> 11)) / 2 ** 53
  }

  normal(): number {
    this.advance()
    return boxMuller(this.block[0] ?? 0, this.block[1] ?? 0)[0]
  }

  /** `length` standard normals, float32. */
  normals(length: number): Float32Array {
    const out = new Float32Array(length)
    fillNormals(out, this.block, () => this.advance())
    return out
  }

  /** The numbers 0 … length − 1 in random order (Fisher–Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i)
    for (let i = length - 1; i > 0; i--) {
      const j = Math.floor(this.uniform() * (i + 1))
      const kept = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = kept
    }
    return order
  }

  private advance(): void {
    // The fourth word keeps training streams apart from the noise of pictures with the same seed.
    const [low, high] = words(this.drawn)
    philox(this.key, [low, high, this.lane, TRAINING], this.block)
    this.drawn++
  }
}

const TRAINING = 0xffffffff
