import { describe, expect, test } from 'vitest'
import { RandomStream } from '../noise/random-stream'
import { makeTransport } from '../transports/table'
import { PairSampler, roundHalfEven } from './pairs'
import { shiftOf, shiftTime } from './time-shift'

const otFm = makeTransport('OT_FM', { P_std: 1.6 })

test('Python rounds halves to even', () => {
  expect([0.5, 1.5, 2.5, 5.5, 6.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 6, 6, 2, 3])
})

describe('a batch of ten or more', () => {
  const { t, r, nDiffusion, nConsistency } = new PairSampler(otFm).draw(64, new RandomStream(1))

  test('holds the mixture: first half r = t, last tenth r = T_min', () => {
    expect([nDiffusion, nConsistency]).toEqual([32, 6])
    expect(r.slice(0, 32)).toEqual(t.slice(0, 32))
    expect([...r.slice(58)]).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('r < t < 1 elsewhere, as float32 numbers', () => {
    for (let i = 32; i < 64; i++) {
      expect(r[i]).toBeLessThan(t[i] ?? NaN)
      expect(Math.fround(t[i] ?? NaN)).toBe(t[i])
    }
  })
})

describe('a small batch', () => {
  test('ten samples in a row hold the whole mixture', () => {
    const sampler = new PairSampler(otFm)
    const random = new RandomStream(2)
    const batches = Array.from({ length: 5 }, () => sampler.draw(2, random))
    expect(batches.reduce((sum, b) => sum + b.nDiffusion, 0)).toBe(5)
    expect(batches.reduce((sum, b) => sum + b.nConsistency, 0)).toBe(1)
    expect(batches.every((b) => [...b.t].every((t, i) => i >= b.nDiffusion || b.r[i] === t))).toBe(true)
  })

  test('goes on from a saved deck and random state', () => {
    const random = new RandomStream(3)
    const sampler = new PairSampler(otFm)
    sampler.draw(3, random)
    const [deck, state] = structuredClone([sampler.state, random.state] as const)
    const restored = new PairSampler(otFm, undefined, deck)
    expect(restored.draw(9, RandomStream.restore(state))).toEqual(sampler.draw(9, random))
  })
})

test('logit-normal times: the logit has the mean and spread asked for', () => {
  const transport = makeTransport('OT_FM', { P_mean: -0.4, P_std: 1.2 })
  const random = new RandomStream(4)
  const n = 20_000
  const logits = Array.from({ length: n }, () => transport.drawTime(random)).map((t) => Math.log(t / (1 - t)))
  const mean = logits.reduce((sum, x) => sum + x, 0) / n
  const spread = Math.sqrt(logits.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n)
  expect(Math.abs(mean + 0.4)).toBeLessThan((4 * 1.2) / Math.sqrt(n))
  expect(Math.abs(spread - 1.2)).toBeLessThan((4 * 1.2) / Math.sqrt(2 * n))
})

test('the time shift keeps 0 and 1 and scales the odds t/(1−t) by s', () => {
  const s = shiftOf(1024, { input_size: 16, patch_size: 1 })
  expect(s).toBe(2)
  expect([shiftTime(0, s), shiftTime(1, s)]).toEqual([0, 1])
  const shifted = shiftTime(0.3, s)
  expect(shifted / (1 - shifted)).toBeCloseTo((s * 0.3) / 0.7, 12)
})

test('shares beyond a whole are refused', () => {
  expect(() => new PairSampler(otFm, { diffusion: 0.8, consistency: 0.3 })).toThrow('shares of at least 0 that sum to at most 1')
})
