import { linear, type Numbers } from './linear'
import type { Transport } from './transports/transport'

/** Data, noise and times of a batch. x, z: (B, …); t: B. */
export interface PathPoint {
  readonly x: Numbers
  readonly z: Numbers
  readonly t: Float64Array
}

/** x_t = α_t x + σ_t z. Shape: (B, …). Float64. */
export function noised(transport: Transport, { x, z, t }: PathPoint): Float64Array {
  const at = Array.from(t, (time) => transport.interpolant(time))
  return linear(t.length, [
    { name: 'x', data: x, coefficient: (i) => at[i]?.alpha ?? 0 },
    { name: 'z', data: z, coefficient: (i) => at[i]?.sigma ?? 0 },
  ])
}

/** v_t = dx_t/dt = α̇_t x + σ̇_t z. Shape: (B, …). Float64. */
export function velocity(transport: Transport, { x, z, t }: PathPoint): Float64Array {
  const at = Array.from(t, (time) => transport.interpolant(time))
  return linear(t.length, [
    { name: 'x', data: x, coefficient: (i) => at[i]?.alphaDot ?? 0 },
    { name: 'z', data: z, coefficient: (i) => at[i]?.sigmaDot ?? 0 },
  ])
}

/** c_noise of every time. */
export function networkTimes(transport: Transport, t: Float64Array): Float64Array {
  return t.map((time) => transport.networkTime(time))
}
