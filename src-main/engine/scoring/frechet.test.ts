import { describe, expect, it } from 'vitest'
import { RandomStream } from '../diffusion/noise/random-stream'
import { frechetSeries, FrechetSpace, type Features } from './frechet'

/** Rows N(shift, scale²) in each of four directions. */
function normals(count: number, shift: number, scale: number, seed: number): Features {
  const random = new RandomStream(seed)
  return { rows: random.normals(count * 4).map((x) => shift + scale * x), width: 4 }
}

describe('FrechetSpace', () => {
  it('finds nothing between a set and itself', () => {
    const set = normals(100, 0, 1, 1)
    expect(Math.abs(new FrechetSpace(set).distance(set))).toBeLessThan(1e-9)
  })

  it('adds the shift of the mean and of the spread', () => {
    // Four directions: shift² + (scale − 1)² in each.
    expect(new FrechetSpace(normals(3000, 0, 1, 1)).distance(normals(3000, 0.5, 2, 2))).toBeCloseTo(4 * (0.25 + 1), 0)
  })
})

describe('a set with fewer pictures than features', () => {
  it('has a distance all the same', () => {
    const random = new RandomStream(6)
    const set = (): Features => ({ rows: random.normals(9 * 40).map((x) => Math.max(0, x)), width: 40 })
    const { distances } = frechetSeries(new FrechetSpace(set()), [set(), set()], 6, random)
    for (const { value, low, high } of distances) expect(Number.isFinite(value + low + high)).toBe(true)
  })
})

describe('frechetSeries', () => {
  it('tells a better set from a worse one, and its interval holds the value', () => {
    const space = new FrechetSpace(normals(400, 0, 1, 1))
    const sets = [normals(400, 1, 1, 2), normals(400, 0.2, 1, 3)]
    const { distances, changes } = frechetSeries(space, sets, 40, new RandomStream(4))
    expect(distances[0]?.value).toBeGreaterThan(distances[1]?.value ?? NaN)
    expect(changes[0]?.high).toBeLessThan(0)
    // Sets drawn with replacement are a little further off: the interval may lie above the value, never far below.
    for (const { value, low, high } of distances) {
      expect(high).toBeGreaterThan(value)
      expect(high - low).toBeLessThan(value)
      expect(low).toBeGreaterThan(0.5 * value)
    }
  })
})

describe('resampled', () => {
  it('gives small sets the distances of the plain way, whichever rows are drawn', () => {
    const random = new RandomStream(8)
    const rows = (count: number, scale: number): Features => ({
      rows: random.normals(count * 30).map((x, i) => (i % 3) + scale * x),
      width: 30,
    })
    const [space, set] = [new FrechetSpace(rows(200, 1)), rows(12, 1.5)]
    const resampled = space.resampled(set)
    for (const indices of [
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      [3, 3, 3, 7, 0, 11, 11, 5, 5, 1, 0, 2],
      [4, 9],
    ])
      expect(resampled(indices)).toBeCloseTo(space.distance(set, Int32Array.from(indices)), 5)
  })
})
