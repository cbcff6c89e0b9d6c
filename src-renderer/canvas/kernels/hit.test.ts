import { expect, it } from 'vitest'
import { pictureAt } from './hit'

const placed = [
  { id: 'below', x: 0, y: 0, width: 10, height: 10 },
  { id: 'above', x: 5, y: 5, width: 10, height: 10 },
]

it('finds the picture under a point, the topmost where two overlap', () => {
  expect(pictureAt(placed, { x: 2, y: 2 })?.id).toBe('below')
  expect(pictureAt(placed, { x: 7, y: 7 })?.id).toBe('above')
  expect(pictureAt(placed, { x: 15, y: 7 })).toBeUndefined()
  expect(pictureAt(placed, { x: -1, y: 2 })).toBeUndefined()
})
