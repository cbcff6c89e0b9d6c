import { expect, it } from 'vitest'
import { banded, overlaps, rectBetween } from './band'

const placed = [0, 100, 200].map((x, i) => ({ id: 'abc'.charAt(i), x, y: 0, width: 50, height: 50 }))

it('a band is drawn in any direction', () => {
  expect(rectBetween({ x: 30, y: 10 }, { x: 10, y: 40 })).toEqual({ x: 10, y: 10, width: 20, height: 30 })
})

it('selects what it touches, after what was selected', () => {
  expect(banded([], placed, { x: 40, y: 40, width: 70, height: 5 })).toEqual(['a', 'b'])
  expect(banded(['c', 'a'], placed, { x: 40, y: 40, width: 70, height: 5 })).toEqual(['c', 'a', 'b'])
  expect(banded([], placed, { x: 60, y: 0, width: 30, height: 300 })).toEqual([])
})

it('an edge in common is no overlap', () => {
  expect(overlaps({ x: 0, y: 0, width: 10, height: 10 }, { x: 10, y: 0, width: 10, height: 10 })).toBe(false)
})
