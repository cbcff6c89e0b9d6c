import { zeros, type Tensor } from '../../ir/tensor'
import type { Feeds } from './sessions'

/** Two states for each pass, (B,N,D): what a block reads and what it writes. */
export class Buffers {
  private readonly made = new Map<number, Tensor<'f32'>[]>()

  constructor(private readonly width: number) {}

  /** One that does not hold `state`, for a pass of tokens (B,N,C). */
  take(pass: number, state: Feeds, [batch = 0, tokens = 0]: readonly number[] = []): Feeds {
    const known = this.made.get(pass) ?? []
    const free = known.find(({ data }) => data !== state['x']?.data)
    if (free) return { x: free }
    const fresh = zeros('f32', [batch, tokens, this.width])
    this.made.set(pass, [...known, fresh])
    return { x: fresh }
  }
}
