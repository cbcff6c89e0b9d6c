import { expect, test } from 'vitest'
import { passesOf } from './passes'

test.each([
  [1, { scale: 2.5, low: 0, high: 1 }, 1],
  [8, { scale: 2.5, low: 0, high: 1 }, 15],
  [8, { scale: 1, low: 0, high: 1 }, 8],
  [1, { scale: 2.5, low: 0, high: 1.1 }, 2],
  // t = 1, 0.75, 0.5, 0.25: the last two lie strictly inside.
  [4, { scale: 2.5, low: 0, high: 0.75 }, 6],
])('%i steps with guidance %o cost %i passes', (steps, cfg, passes) => {
  expect(passesOf(steps, cfg)).toBe(passes)
})

test('continued at half of the time, the first step is guided too', () => {
  expect(passesOf(4, { scale: 2, low: 0, high: 1 }, 0.5)).toBe(8)
  expect(passesOf(4, { scale: 2, low: 0, high: 0.3 }, 0.5)).toBe(6)
})
