import { describe, expect, it } from 'vitest'
import { RandomStream } from '../diffusion/noise/random-stream'
import { bootstrapMean, estimateFrom, meanOf, pairedDifference, resamples, varianceOf } from './statistics'
import { sayTrend, trendOf } from './trend'

describe('statistics', () => {
  it('knows mean and variance of small sets', () => {
    expect(meanOf([1, 2, 6])).toBe(3)
    expect(varianceOf([1, 2, 6])).toBe(7)
    expect(varianceOf([4])).toBe(0)
  })

  it('takes the 2.5th and 97.5th percentile of the draws', () => {
    const draws = Array.from({ length: 201 }, (_, i) => 200 - i)
    expect(estimateFrom(100, draws)).toEqual({ value: 100, low: 5, high: 195 })
  })

  it('gives a mean the interval of its normal approximation, ±1.96 σ/√n', () => {
    const random = new RandomStream(3)
    const values = [...random.normals(100)].map((x) => 5 + 2 * x)
    const { value, low, high } = bootstrapMean(values, resamples(100, 300, random))
    const half = 1.96 * Math.sqrt(varianceOf(values) / 100)
    expect(value).toBe(meanOf(values))
    expect((high - value) / half).toBeCloseTo(1, 0.5)
    expect((value - low) / half).toBeCloseTo(1, 0.5)
  })

  it('sees a difference between pairs that unpaired means would hide', () => {
    const random = new RandomStream(4)
    const a = [...random.normals(50)].map((x) => 100 * x)
    const b = a.map((value) => value + 1)
    const sets = resamples(50, 100, random)
    expect(pairedDifference(a, b, sets).low).toBeCloseTo(1, 9)
    const [first, second] = [bootstrapMean(a, sets), bootstrapMean(b, sets)]
    expect(first.high).toBeGreaterThan(second.low)
  })
})

describe('trendOf', () => {
  const change = (value: number, spread: number) => ({ value, low: value - spread, high: value + spread })

  it('is strict where nothing gets worse', () => {
    expect(trendOf([change(-1, 3), change(0, 1)], 'lower')).toEqual({ strict: true, monotonic: true, falls: [] })
  })

  it('tells falls within chance from certain ones', () => {
    const trend = trendOf([change(0.5, 0.1), change(-0.1, 0.2), change(-0.4, 0.1)], 'higher')
    expect(trend.strict).toBe(false)
    expect(trend.monotonic).toBe(false)
    expect(trend.falls.map(({ from, to, certain }) => [from, to, certain])).toEqual([
      [1, 2, false],
      [2, 3, true],
    ])
    expect(trendOf([change(0.1, 0.2)], 'lower').monotonic).toBe(true)
    expect(trendOf([change(0.4, 0.2)], 'lower').monotonic).toBe(false)
  })

  it('says where', () => {
    const said = sayTrend('The score', trendOf([change(0.1, 0), change(-0.25, 0.125)], 'higher'), ['1', '2', '4'], 2)
    expect(said).toBe('The score is not monotonic: 2 → 4 is worse (-0.25; 95 %: -0.38 … -0.13).')
  })
})
