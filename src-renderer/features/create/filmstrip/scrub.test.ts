import { expect, test } from 'vitest'
import { frameAt, frameBeside } from './scrub'

const spans = [0, 60, 120].map((left) => ({ left, right: left + 56 }))

test.each([
  [-40, 0],
  [10, 0],
  [57, 0],
  [59, 1],
  [70, 1],
  [500, 2],
])('a pointer at %i holds frame %i', (x, frame) => {
  expect(frameAt(spans, x)).toBe(frame)
})

test('an empty strip holds nothing', () => {
  expect(frameAt([], 5)).toBeUndefined()
  expect(frameBeside(0, undefined, 1)).toBeUndefined()
})

test('arrows go from frame to frame, stop at the ends, and begin at the end that lies behind', () => {
  expect(frameBeside(3, 1, 1)).toBe(2)
  expect(frameBeside(3, 2, 1)).toBe(2)
  expect(frameBeside(3, 0, -1)).toBe(0)
  expect(frameBeside(3, undefined, 1)).toBe(0)
  expect(frameBeside(3, undefined, -1)).toBe(2)
})
