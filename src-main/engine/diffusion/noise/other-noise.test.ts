import { expect, test } from 'vitest'
import { makeTransport } from '../transports/table'
import type { TransportName } from '../transports/transport'
import { withOtherNoise } from './other-noise'

const x = [0.5, -1, 2]
const z = Float32Array.of(0.25, 1, -0.5)
const other = Float32Array.of(-1, 0.75, 2)

test.each<[TransportName, number]>([
  ['OT_FM', 0.7],
  ['TrigFlow', 0.9],
  ['VE_SDE', 3],
])('%s: a picture over one noise becomes the same picture over the other', (name, t) => {
  const transport = makeTransport(name)
  const { alpha, sigma } = transport.interpolant(t)
  const over = (noise: Float32Array): Float64Array =>
    Float64Array.from(x, (value, i) => alpha * value + sigma * (noise[i] ?? NaN))
  const got = withOtherNoise(transport, { xt: over(z), t }, z, other)
  over(other).forEach((value, i) => expect(got[i]).toBeCloseTo(value, 12))
})

test('the same noise leaves the state as it is, and lengths have to agree', () => {
  const transport = makeTransport('OT_FM')
  expect([...withOtherNoise(transport, { xt: Float64Array.of(1, 2, 3), t: 0.5 }, z, z)]).toEqual([1, 2, 3])
  expect(() => withOtherNoise(transport, { xt: Float64Array.of(1, 2), t: 0.5 }, z, z)).toThrow('before')
})
