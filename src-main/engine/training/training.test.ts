import { describe, expect, test } from 'vitest'
import { fixtureCases, fixtureTensors, relativeError } from '../../../test/support/fixtures'
import { AdamW, TORCH_ADAMW } from './adamw'
import { clipFactor, globalNorm } from './clip'
import { SCHEDULES } from '#shared/schema/training-settings'
import { scheduleFactor, type ScheduleName } from './schedule'

interface OptimiserCase {
  readonly case: string
  readonly clip: number
  readonly ema_decay: number
  readonly lr: number
  readonly betas?: readonly [number, number]
  readonly eps?: number
  readonly weight_decay: number
}

interface ScheduleCase {
  readonly schedules: string
  readonly values: Readonly<Record<ScheduleName, readonly number[]>>
}

const cases = fixtureCases<(OptimiserCase | ScheduleCase)[]>('optim')
const { f32 } = fixtureTensors('optim')

const optimisers = cases.filter((c) => 'case' in c)

describe.each(optimisers)('$case', ({ case: name, clip, ema_decay, lr, betas, eps, weight_decay }) => {
  test('five steps of clipping, AdamW and EMA equal torch', () => {
    const copies = (): Map<string, Float32Array> =>
      new Map(['p0', 'p1'].map((key) => [key, f32(`${name}.${key}.0`).data.slice()]))
    const [weights, averages] = [copies(), copies()]
    const settings = { betas: betas ?? TORCH_ADAMW.betas, eps: eps ?? TORCH_ADAMW.eps, weightDecay: weight_decay }
    const optimiser = new AdamW(weights, settings)
    for (let step = 1; step <= 5; step++) {
      const gradients = new Map(['0', '1'].map((j) => [`p${j}`, f32(`${name}.g${j}.${step}`).data]))
      const norm = globalNorm(gradients)
      expect(relativeError([norm], f32(`${name}.norm.${step}`).data)).toBeLessThan(1e-6)
      const ema = { weights: averages, decay: ema_decay }
      optimiser.step(gradients, { learningRate: lr, gradientScale: clipFactor(norm, clip), ema })
      for (const j of ['0', '1']) {
        expect(relativeError(weights.get(`p${j}`) ?? [], f32(`${name}.p${j}.${step}`).data)).toBeLessThan(1e-6)
        expect(relativeError(averages.get(`p${j}`) ?? [], f32(`${name}.ema${j}.${step}`).data)).toBeLessThan(1e-6)
      }
    }
  })
})

describe('schedules', () => {
  const { values } = cases.find((c) => 'schedules' in c) ?? {}

  test.each(SCHEDULES)('%s equals diffusers', (name) => {
    const factors = Array.from({ length: 40 }, (_, step) => scheduleFactor({ name, warmup: 5, steps: 40 }, step))
    expect(relativeError(factors, values?.[name] ?? [])).toBeLessThan(1e-12)
  })

  test('two restarts begin twice at 1', () => {
    const schedule = { name: 'cosine_with_restarts', warmup: 0, steps: 40, cycles: 2 } as const
    expect([0, 20].map((step) => scheduleFactor(schedule, step))).toEqual([1, 1])
    expect(scheduleFactor(schedule, 40)).toBe(0)
  })
})

describe('AdamW', () => {
  const weights = (): Map<string, Float32Array> => new Map([['w', Float32Array.of(1, -2, 3)]])
  const gradients = new Map([['w', Float32Array.of(0.1, 0.2, -0.3)]])
  const step = { learningRate: 0.1, gradientScale: 1 }

  test('goes on from a saved state as if never stopped', () => {
    const [straight, stopped] = [weights(), weights()]
    const optimiser = new AdamW(straight)
    for (let i = 0; i < 3; i++) optimiser.step(gradients, step)
    const before = new AdamW(stopped)
    before.step(gradients, step)
    const after = new AdamW(stopped, undefined, structuredClone(before.state))
    for (let i = 0; i < 2; i++) after.step(gradients, step)
    expect(stopped).toEqual(straight)
  })

  test('averages do not change the weights', () => {
    const [plain, averaged] = [weights(), weights()]
    new AdamW(plain).step(gradients, step)
    new AdamW(averaged).step(gradients, { ...step, ema: { weights: weights(), decay: 0.9 } })
    expect(averaged).toEqual(plain)
  })

  test('a missing gradient is refused before anything changes', () => {
    const untouched = weights()
    expect(() => new AdamW(untouched).step(new Map(), step)).toThrow("'gradient of w' is missing, expected 3 numbers")
    expect(untouched).toEqual(weights())
  })
})
