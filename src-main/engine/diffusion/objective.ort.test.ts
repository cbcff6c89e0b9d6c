import { afterEach, describe, expect, test } from 'vitest'
import { relativeError } from '../../../test/support/fixtures'
import { ToyNetwork, wave, type ToyCondition } from '../../../test/support/toy-network'
import type { Tensor } from '../ir/tensor'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions } from './objective'
import { makeTransport } from './transports/table'
import { RELEASED_WEIGHTING } from './weighting'

const network = new ToyNetwork()
const released: ObjectiveOptions = {
  transport: makeTransport('OT_FM'),
  weighting: RELEASED_WEIGHTING,
  derivative: 'jvp',
  epsilon: 0.005,
  directional: true,
  projection: 0,
  trainable: ['A', 'T', 'Y', 'O'],
}
const batch: ObjectiveBatch<ToyCondition> = {
  x: wave([4, 3, 2, 3], 1),
  z: wave([4, 3, 2, 3], 2, 1.5),
  t: Float64Array.of(0.6, 0.3, 0.9, 0.7),
  r: Float64Array.of(0.6, 0.3, 0.2, 0),
  nDiffusion: 2,
  condition: wave([4, 2], 3),
}

const open: TransitionObjective<ToyCondition>[] = []
function objective(more: Partial<ObjectiveOptions> = {}, weights = network.weights()): TransitionObjective<ToyCondition> {
  const made = new TransitionObjective(network, { network: weights, average: network.weights(7) }, { ...released, ...more })
  open.push(made)
  return made
}

afterEach(async () => {
  for (const made of open.splice(0)) await made.release()
  network.fed.length = 0
})

describe('the derivative along the path', () => {
  test('is 0 where r = t, and DDE agrees with forward mode elsewhere', async () => {
    const exact = (await objective().step(batch)).derivative
    const difference = (await objective({ derivative: 'dde' }).step(batch)).derivative
    expect([...exact.subarray(0, 36)].every((value) => value === 0)).toBe(true)
    // ε² times a third derivative, and float32's rounding over 2ε.
    expect(relativeError(difference, exact)).toBeLessThan(1e-4)
    expect(relativeError(difference, exact)).toBeGreaterThan(0)
  })

  test.each(['TrigFlow', 'EDM', 'VE_SDE', 'VP_SDE'])('agrees for %s too, through its own network time', async (name) => {
    // VP's network time runs 999 times as fast as t, so its differences must be smaller.
    const [transport, epsilon] = [makeTransport(name), name === 'VP_SDE' ? 2e-5 : 0.005]
    // r = 0 lies outside of EDM's and VE's domain.
    const inside = { ...batch, r: Float64Array.of(0.6, 0.3, 0.2, 0.1) }
    const exact = (await objective({ transport }).step(inside)).derivative
    const difference = (await objective({ transport, epsilon, derivative: 'dde' }).step(inside)).derivative
    expect(relativeError(difference, exact)).toBeLessThan(5e-4)
  })

  test('by DDE feeds t ± ε and the same r', async () => {
    await objective({ derivative: 'dde' }).step(batch)
    expect(network.fed[0]).toEqual({ t: [0.905, 0.705, 0.895, 0.695], r: [0.2, 0, 0.2, 0] })
  })

  test('by DDE never leaves a bounded interval', async () => {
    const transport = makeTransport('VP_SDE')
    await objective({ derivative: 'dde', transport }).step({ ...batch, t: Float64Array.of(0.6, 0.3, 1, 0.001) })
    expect(network.fed[0]?.t.map((t) => t / 999)).toEqual([1, 0.01001, 0.99, 0.00001].map((t) => expect.closeTo(t, 9)))
  })

  test('costs nothing in a batch of diffusion alone', async () => {
    await objective({ derivative: 'dde' }).step({ ...batch, r: batch.t, nDiffusion: 4 })
    expect(network.fed).toHaveLength(1)
  })
})

/** Σ_samples w/(L₀+1e-5) L(θ) / B with the target held fixed: what the gradient must be the gradient of. */
async function frozenLoss(
  weights: Record<string, Tensor<'f32'>>,
  target: Float64Array,
  weightOf: readonly number[],
): Promise<number> {
  const { F } = await objective({}, weights).step(batch)
  return weightOf.reduce((sum, w, i) => sum + (w * sampleLoss(F.data, target, i)) / weightOf.length, 0)
}

/** mse + mean over pixels of 1 − cos over channels, of sample i of (4,3,2,3). */
function sampleLoss(F: Float32Array, target: Float64Array, i: number): number {
  const at = (data: ArrayLike<number>, c: number, pixel: number): number => data[i * 18 + c * 6 + pixel] ?? NaN
  const channels = [0, 1, 2]
  let [mse, apart] = [0, 0]
  for (let p = 0; p < 6; p++) {
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      channels.reduce((sum, c) => sum + at(a, c, p) * at(b, c, p), 0)
    mse += channels.reduce((sum, c) => sum + (at(F, c, p) - at(target, c, p)) ** 2, 0) / 18
    apart += (1 - dot(F, target) / Math.sqrt(dot(F, F) * dot(target, target))) / 6
  }
  return mse + apart
}

describe('the loss', () => {
  test('of each sample is mse plus one minus cosine, weighted by w/(L + 1e-5)', async () => {
    const { F, target, perSample, loss } = await objective().step(batch)
    const expected = [0, 1, 2, 3].map((i) => sampleLoss(F.data, target, i))
    expect(relativeError(perSample, expected)).toBeLessThan(1e-6)
    const w = [1, 1, 1 / Math.sqrt(1 + Math.tan(0.9) - Math.tan(0.2)), 1 / Math.sqrt(1 + Math.tan(0.7))]
    expect(loss).toBeCloseTo(expected.reduce((sum, l, i) => sum + ((w[i] ?? 0) * l) / (l + 1e-5), 0) / 4, 6)
  })

  test('has gradients that central differences confirm, with target and adaptive weight held fixed', async () => {
    const { gradients, target, perSample } = await objective().step(batch)
    const w = [1, 1, 1 / Math.sqrt(1 + Math.tan(0.9) - Math.tan(0.2)), 1 / Math.sqrt(1 + Math.tan(0.7))]
    const weightOf = w.map((value, i) => value / ((perSample[i] ?? NaN) + 1e-5))
    for (const [key, gradient] of gradients) {
      const direction = wave(network.parameters.get(key) ?? [], 5)
      const moved = async (h: number): Promise<number> => {
        const weights = network.weights()
        const base = weights[key]
        if (!base) throw new Error(key)
        weights[key] = { ...base, data: base.data.map((v, i) => v + h * (direction.data[i] ?? 0)) }
        return frozenLoss(weights, target, weightOf)
      }
      const central = ((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2
      const inner = gradient.reduce((sum, g, i) => sum + g * (direction.data[i] ?? 0), 0)
      expect(Math.abs(inner - central) / (Math.hypot(...gradient) * Math.hypot(...direction.data))).toBeLessThan(1e-3)
    }
  })

  test('sees weights changed in place', async () => {
    const weights = network.weights()
    const made = objective({}, weights)
    const before = await made.step(batch)
    weights['O']?.data.fill(0)
    const after = await made.step(batch)
    expect(after.F.data.every((value) => value === 0)).toBe(true)
    expect(before.F.data.every((value) => value === 0)).toBe(false)
    expect([...after.gradients.values()].every((g) => g.every(Number.isFinite))).toBe(true)
  })

  test('leaves out samples without a finite target, gradients included', async () => {
    // c_noise twice, ln(ln t / 4) / 4, is undefined for t < 1: so are the average network's predictions there.
    const transport = makeTransport('EDM', { sigma_d: 1 })
    const enhanced = { gt: 1, cond: 0.75, start: 0.5, end: 2 }
    const times = { t: Float64Array.of(0.6, 1.5, 0.9, 3), r: Float64Array.of(0.6, 1.5, 0.2, 0.5) }
    const made = await objective({ transport, enhanced }).step({ ...batch, ...times, nullCondition: wave([4, 2], 8) })
    const silent = [0, 1, 2, 3].map((i) => made.target.subarray(18 * i, 18 * i + 18).every((value) => value === 0))
    expect(silent).toEqual([true, false, true, false])
    expect(Number.isFinite(made.loss)).toBe(true)
    for (const gradient of made.gradients.values())
      expect(gradient.every(Number.isFinite) && gradient.some((g) => g !== 0)).toBe(true)
  })
})

describe('REPA', () => {
  const features = wave([4, 6, 4], 9)

  test('is reported, and changes the gradients by its weight alone', async () => {
    const trainable = ['A', 'P']
    const [plain, reported, weighted] = await Promise.all([
      objective({ trainable }).step(batch),
      objective({ trainable }).step({ ...batch, features }),
      objective({ trainable, projection: 0.5 }).step({ ...batch, features }),
    ])
    expect(reported?.projectionLoss).toBe(weighted?.projectionLoss)
    expect(reported?.projectionLoss).toBeGreaterThan(0)
    expect(reported?.gradients.get('A')).toEqual(plain?.gradients.get('A'))
    expect(reported?.gradients.get('P')?.every((g) => g === 0)).toBe(true)
    expect(weighted?.gradients.get('P')?.some((g) => g !== 0)).toBe(true)
    expect(relativeError(weighted?.gradients.get('A') ?? [], plain?.gradients.get('A') ?? [])).toBeGreaterThan(1e-3)
  })
})

describe('the enhanced target', () => {
  const enhanced = { gt: 1, cond: 0.75, start: 0.5, end: 0.8 }

  test('moves samples inside its window only, by the average network’s guidance', async () => {
    const plain = await objective().step(batch)
    const { target } = await objective({ enhanced }).step({ ...batch, nullCondition: wave([4, 2], 8) })
    const moved = [0, 1, 2, 3].map(
      (i) => relativeError(target.subarray(18 * i, 18 * i + 18), plain.target.subarray(18 * i, 18 * i + 18)) > 0,
    )
    expect(moved).toEqual([true, false, false, true])
  })

  test('needs a null condition', async () => {
    await expect(objective({ enhanced }).step(batch)).rejects.toThrow("'y_null' is missing")
  })
})

test.each<[Partial<ObjectiveBatch<ToyCondition>>, string]>([
  [{ z: wave([4, 3, 2, 2], 0) }, "'z' is f32 (4,3,2,2), expected f32 (4,3,2,3)"],
  [{ t: Float64Array.of(1) }, "'t' is 1 numbers, expected 4 numbers"],
  [{ nDiffusion: 5 }, 'n_diffusion is 5, but must be an integer from 0 to the batch size 4'],
])('a batch is refused (%#)', async (more, message) => {
  await expect(objective().step({ ...batch, ...more })).rejects.toThrow(message)
})
