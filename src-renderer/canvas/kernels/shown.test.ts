import { expect, it } from 'vitest'
import { keptArea, needsWhole, shownOf } from './shown'

const surface = { width: 1000, height: 500 }
const view = { scale: 2, origin: { x: 100, y: 0 } }
const row = Array.from({ length: 20 }, (_, i) => ({ id: String(i), x: i * 100, y: 0, width: 90, height: 90 }))

it('pictures half a surface beyond the edges are there, farther ones are not', () => {
  // Seen is 100 … 600 and half of that on either side.
  const shown = shownOf(row, keptArea(view, surface), [])
  expect(shown.map(({ id }) => Number(id))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

it('small moves change nothing', () => {
  const shown = shownOf(row, keptArea(view, surface), [])
  const next = keptArea({ ...view, origin: { x: 102, y: 3 } }, surface)
  expect(shownOf(row, next, shown)).toBe(shown)
  expect(shownOf(row, keptArea({ ...view, origin: { x: 300, y: 0 } }, surface), shown)).not.toBe(shown)
})

it('a picture that is small on screen needs its small copy alone, counted in device pixels', () => {
  const place = { id: 'a', x: 0, y: 0, width: 1024, height: 512 }
  expect(needsWhole(place, 0.25, 1)).toBe(false)
  expect(needsWhole(place, 0.25, 2)).toBe(true)
})
