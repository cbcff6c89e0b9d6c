import { BatchError } from './errors'
import type { Numbers } from './linear'
import type { Transport } from './transports/transport'

/**
 * Data that a path keeps to where it is told to: `free` is 1 where it may go anywhere, 0 where it stays on the way from `x` to the noise
 * `z`, and between them in between. All three in memory order of the state.
 */
export interface Hold {
  readonly x: Numbers
  readonly z: Numbers
  readonly free: Numbers
}

/**
 * free·x_t + (1 − free)·(α_t x + σ_t z): the state at time t, with what is known of it put back in its place. Float64.
 * Throws BatchError where the lengths differ.
 */
export function held(transport: Transport, { x, z, free }: Hold, state: Float64Array, t: number): Float64Array {
  for (const [name, data] of Object.entries({ x, z, free })) {
    if (data.length !== state.length)
      throw new BatchError({ name: `hold.${name}`, got: `${data.length} numbers`, need: `${state.length} numbers` })
  }
  const { alpha, sigma } = transport.interpolant(t)
  return state.map((value, i) => {
    const share = free[i] ?? 1
    // A state that is free is not touched, not even by a rounding.
    return share === 1 ? value : share * value + (1 - share) * (alpha * (x[i] ?? 0) + sigma * (z[i] ?? 0))
  })
}
