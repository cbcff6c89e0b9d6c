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

  it('gives the mean of normals an interval of ±1.96 σ/√n, that holds the truth about 95 times of 100', () => {
    const random = new RandomStream(3)
    const sets = resamples(60, 200, random)
    let held = 0
    const widths: number[] = []
    for (let round = 0; round < 100; round++) {
      const values = Array.from({ length: 60 }, () => 5 + 2 * random.normal())
      const { low, high } = bootstrapMean(values, sets)
      widths.push(high - low)
      if (low <= 5 && high >= 5) held++
    }
    expect(meanOf(widths)).toBeCloseTo((2 * 1.96 * 2) / Math.sqrt(60), 1)
    expect(held).toBeGreaterThan(86)
    expect(held).toBeLessThan(100)
  })

  it('sees a difference between pairs that unpaired means would hide', () => {
    const random = new RandomStream(4)
    const a = Array.from({ length: 50 }, () => 100 * random.normal())
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
