import { BatchError } from '../errors'
import type { Transport } from '../transports/transport'
import type { Numbers } from '../linear'

/**
 * A state of a path as it would stand over other noise, x_t + σ_t (z′ − z): the picture that the state implies along its straight
 * line, α x = x_t − σ_t z, is kept, and z′ takes the place of z. Shape: xt, before, after (B,C,H,W) alike → float64 the same.
 * Throws BatchError where they differ in length.
 */
export function withOtherNoise(
  transport: Pick<Transport, 'interpolant'>,
  { xt, t }: { readonly xt: Numbers; readonly t: number },
  before: Float32Array,
  after: Float32Array,
): Float64Array {
  for (const [name, data] of [['before', before] as const, ['after', after] as const]) {
    if (data.length !== xt.length) throw new BatchError({ name, got: `${data.length} numbers`, need: `${xt.length} numbers` })
  }
  const { sigma } = transport.interpolant(t)
  return Float64Array.from(xt, (x, i) => x + sigma * ((after[i] ?? NaN) - (before[i] ?? NaN)))
}
