import { expect, test } from 'vitest'
import { keptSteps, MOST_KEPT } from './kept-steps'

test.each([1, 2, 8, 32])('of %i steps all are kept', (steps) => {
  expect([...keptSteps(steps)]).toEqual(Array.from({ length: steps }, (_, index) => index))
})

test.each([33, 64, 100, 128, 1000])('of %i steps 32 are kept: the first ones, the last one, ever farther apart', (steps) => {
  const kept = [...keptSteps(steps)]
  expect(kept).toHaveLength(MOST_KEPT)
  expect(kept.slice(0, 2)).toEqual([0, 1])
  expect(kept.at(-1)).toBe(steps - 1)
  const strides = kept.slice(1).map((index, i) => index - (kept[i] ?? 0))
  expect(Math.min(...strides)).toBeGreaterThan(0)
  expect(strides.at(-1)).toBeGreaterThanOrEqual(strides[0] ?? 0)
})
