import { expect, test } from 'vitest'
import { f32, type Tensor } from '../ir/tensor'
import { held, type Hold } from './hold'
import type { TransitionNetwork } from './network'
import { noised } from './path'
import { sample, type Step } from './sampler'
import { makeTransport, transports } from './transports/table'
import type { TransportName } from './transports/transport'

const names = Object.keys(transports) as TransportName[]
const z = f32([1, 1, 1, 4], [1, -0.5, 0.25, 2])
const known = f32([1, 1, 1, 4], [0.5, 0.25, -1, 0.75])
const hold: Hold = { x: known.data, z: z.data, free: Float32Array.of(0, 0.25, 1, 1) }

/** Goes wherever it likes, and as far as it is pushed. */
const wild: TransitionNetwork<null> = {
  predict: (x: Tensor<'f32'>) =>
    Promise.resolve([
      f32(
        x.shape,
        x.data.map((v) => Math.sin(40 * v) + 3),
      ),
    ]),
}

async function path(name: TransportName, withHold: boolean, start = 1): Promise<Step[]> {
  const transport = makeTransport(name)
  const { max, min } = transport.time
  const t = min + start * (max - min)
  const xt = noised(transport, { x: known.data, z: z.data, t: Float64Array.of(t) })
  const options = { transport, z, steps: 5, condition: null, start: { xt, t }, ...(withHold && { hold }) }
  const steps: Step[] = []
  for await (const step of sample(wild, options)) steps.push(step)
  return steps
}

test.each(names)(
  '%s: what is held is on the way of the known data after each step, and is that data at the end',
  async (name) => {
    const transport = makeTransport(name)
    for (const start of [1, 0.4]) {
      const steps = await path(name, true, start)
      expect(steps).toHaveLength(5)
      for (const { r, state } of steps) {
        const { alpha, sigma } = transport.interpolant(r)
        expect(state.x[0]).toBe(alpha * known.data[0]! + sigma * z.data[0]!)
      }
      const { alpha, sigma } = transport.interpolant(transport.time.min)
      for (const { prediction } of steps)
        expect(prediction.data[0]).toBe(Math.fround(alpha * known.data[0]! + sigma * z.data[0]!))
    }
  },
)

test('what is free goes as it would, where nothing else depends on it', async () => {
  const [with_, without] = [await path('OT_FM', true), await path('OT_FM', false)]
  for (const [i, { state }] of with_.entries()) {
    expect([...state.x.subarray(2)]).toEqual([...without[i]!.state.x.subarray(2)])
    expect(state.x[0]).not.toBe(without[i]!.state.x[0])
  }
})

test('between free and held it is mixed', () => {
  const transport = makeTransport('OT_FM')
  const state = Float64Array.of(8, 8, 8, NaN)
  const found = held(transport, hold, state, 0.5)
  expect(found[1]).toBeCloseTo(0.25 * 8 + 0.75 * (0.5 * 0.25 + 0.5 * -0.5), 12)
  expect(found[2]).toBe(8)
  expect(() => held(transport, { ...hold, free: new Float32Array(3) }, state, 0.5)).toThrow('hold.free')
})
