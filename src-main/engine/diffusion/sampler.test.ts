import { describe, expect, test } from 'vitest'
import { f32, type Tensor } from '../ir/tensor'
import { networkPasses } from './guidance'
import { timeGrid } from './grid'
import type { TransitionNetwork } from './network'
import { startNoise, stepNoise } from './noise/batch-noise'
import { imageNoise } from './noise/image-noise'
import { sample, type SampleOptions, type Step } from './sampler'
import { makeTransport } from './transports/table'

const otFm = makeTransport('OT_FM')

/** Counts its passes; F = rule(x, t, r, condition) elementwise. */
class Rule implements TransitionNetwork<number> {
  passes = 0
  readonly seen: { readonly t: number; readonly r: number }[] = []
  constructor(private readonly rule: (x: number, t: number, r: number, condition: number) => number) {}
  predict(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, conditions: readonly number[]): Promise<Tensor<'f32'>[]> {
    this.passes += conditions.length
    const [t0, r0] = [t[0] ?? NaN, r[0] ?? NaN]
    this.seen.push({ t: t0, r: r0 })
    return Promise.resolve(
      conditions.map((c) =>
        f32(
          x.shape,
          x.data.map((v) => this.rule(v, t0, r0, c)),
        ),
      ),
    )
  }
}

/** Data is the one point `mean`: the marginal velocity at (x, t) is (x − mean)/t, constant along each path. */
const point = (mean: number): Rule => new Rule((x, t) => (x - mean) / t)
/** Data ~ N(0, σ²): velocity E[z − x | x_t] = x (t − (1−t) σ²)/(t² + (1−t)² σ²), whose flow maps z to σ z. */
const SPREAD = 0.5
const gaussian = new Rule((x, t) => (x * (t - (1 - t) * SPREAD ** 2)) / (t ** 2 + (1 - t) ** 2 * SPREAD ** 2))

const z = f32([2, 1, 1, 2], [1, -0.5, 0.25, 2])
const options = (more: Partial<SampleOptions<number>> = {}): SampleOptions<number> => ({
  transport: otFm,
  z,
  steps: 4,
  condition: 3,
  ...more,
})

async function all(network: TransitionNetwork<number>, more: Partial<SampleOptions<number>> = {}): Promise<Step[]> {
  const steps: Step[] = []
  for await (const step of sample(network, options(more))) steps.push(step)
  return steps
}

describe('a path', () => {
  test.each([1, 2, 7])('of one data point ends there with %i steps, and every prediction is already there', async (steps) => {
    const made = await all(point(3), { steps })
    expect(made.map((step) => step.index)).toEqual([...Array(steps).keys()])
    for (const step of made) for (const value of step.prediction.data) expect(value).toBeCloseTo(3, 6)
    for (const value of made.at(-1)?.x.data ?? []) expect(value).toBeCloseTo(3, 6)
  })

  test('through r = t networks is Euler’s method: first order in the step size', async () => {
    const error = async (steps: number): Promise<number> => {
      const end = (await all(gaussian, { steps, sampleType: 'ddiffusion' })).at(-1)
      return Math.abs((end?.x.data[0] ?? NaN) - SPREAD * (z.data[0] ?? NaN))
    }
    const sizes = [16, 32, 64, 128]
    const errors = await Promise.all(sizes.map(error))
    const order = -slope(sizes.map(Math.log), errors.map(Math.log))
    expect(order).toBeGreaterThan(0.9)
    expect(order).toBeLessThan(1.1)
  })

  test('tells the network where it goes, or r = t for ddiffusion', async () => {
    const [transition, ddiffusion] = [point(0), point(0)]
    await all(transition, { steps: 2 })
    await all(ddiffusion, { steps: 2, sampleType: 'ddiffusion' })
    expect(transition.seen).toEqual([
      { t: 1, r: 0.5 },
      { t: 0.5, r: 0 },
    ])
    expect(ddiffusion.seen).toEqual([
      { t: 1, r: 1 },
      { t: 0.5, r: 0.5 },
    ])
  })

  test('can be left between steps: no further pass runs', async () => {
    const network = point(3)
    for await (const step of sample(network, options({ steps: 100 }))) if (step.index === 2) break
    expect(network.passes).toBe(3)
  })

  test('resumes from any step to the same numbers', async () => {
    const whole = await all(gaussian)
    for (const step of whole.slice(0, -1)) {
      const rest = await all(gaussian, { resume: structuredClone(step.state) })
      expect(rest.map(({ x }) => x)).toEqual(whole.slice(step.index + 1).map(({ x }) => x))
    }
  })

  test('starts from any (x_t, t): the steps divide what is left', async () => {
    const network = point(3)
    const made = await all(network, { start: { xt: Float32Array.of(3.5, 3, 2, 4), t: 0.5 }, steps: 2 })
    expect(network.seen).toEqual([
      { t: 0.5, r: 0.25 },
      { t: 0.25, r: 0 },
    ])
    for (const value of made.at(-1)?.x.data ?? []) expect(value).toBeCloseTo(3, 6)
  })
})

describe('guidance', () => {
  const constant = (): Rule => new Rule((_x, _t, _r, c) => c)

  test('extrapolates from the null condition: F = F_null + w (F_c − F_null)', async () => {
    const made = await all(constant(), { steps: 1, condition: 2, nullCondition: 1, cfg: { scale: 3, low: 0, high: 1.1 } })
    expect([...(made[0]?.x.data ?? [])]).toEqual([...z.data].map((v) => v - 4))
  })

  test.each([
    { low: 0, high: 1, guided: [false, true, true, true] },
    { low: 0, high: 1.01, guided: [true, true, true, true] },
    { low: 0.25, high: 0.75, guided: [false, false, true, false] },
    { low: 0, high: 0.6, guided: [false, false, true, true] },
  ])('acts strictly inside ($low, $high)', async ({ low, high, guided }) => {
    const network = constant()
    const passes: number[] = []
    for await (const _ of sample(network, options({ nullCondition: 0, cfg: { scale: 2.5, low, high } })))
      passes.push(network.passes)
    expect(passes.map((sum, i) => sum - (passes[i - 1] ?? 0) === 2)).toEqual(guided)
    expect(networkPasses({ scale: 2.5, low, high }, timeGrid(1, 0, 4), 1)).toBe(network.passes)
  })

  test('needs a null condition, and says so before the first step', async () => {
    const network = constant()
    await expect(all(network, { cfg: { scale: 2, low: 0, high: 1 } })).rejects.toThrow('the condition of the empty prompt')
    expect(network.passes).toBe(0)
  })
})

describe('stochasticity', () => {
  test('acts neither in the first step nor in the last', async () => {
    const asked: number[] = []
    const noise = (step: number, length: number): Float32Array => {
      asked.push(step)
      return new Float32Array(length)
    }
    await all(point(3), { steps: 5, stochasticity: 0.3, noise })
    expect(asked).toEqual([1, 2, 3])
  })

  test('a picture’s noise is the same alone and in a batch', async () => {
    const images = [0, 1].map((imageIndex) => imageNoise('philox4x32-10/1', 5, imageIndex))
    const both = await all(gaussian, { z: startNoise(images, [1, 1, 2]), stochasticity: 0.2, noise: stepNoise(images) })
    const second = images.slice(1)
    const alone = await all(gaussian, { z: startNoise(second, [1, 1, 2]), stochasticity: 0.2, noise: stepNoise(second) })
    expect(alone.at(-1)?.x.data).toEqual(both.at(-1)?.x.data.slice(2))
  })

  test('without noise it is refused', async () => {
    await expect(all(point(3), { stochasticity: 0.3 })).rejects.toThrow("'noise' is missing")
  })
})

test.each([
  [{ steps: 0 }, 'num_steps is 0, but must be an integer of at least 1'],
  [{ steps: NaN }, 'num_steps is NaN'],
  [{ tMax: 0.2, tMin: 0.5 }, 'T_max and T_min is [0.2,0.5]'],
  [{ stochasticity: -1 }, 'stochasticity_ratio is -1'],
  [{ cfg: { scale: NaN, low: 0, high: 1 } }, 'cfg_scale is NaN'],
  [{ start: { xt: new Float32Array(3), t: 0.5 } }, "'start.xt' is 3 numbers, expected 4 numbers"],
] as const)('%o is refused', async (more, message) => {
  await expect(all(point(3), more)).rejects.toThrow(message)
})

/** Least-squares slope of y over x. */
function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length
  const [mx, my] = [mean(x), mean(y)]
  const top = x.reduce((sum, xi, i) => sum + (xi - mx) * ((y[i] ?? NaN) - my), 0)
  return top / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0)
}
