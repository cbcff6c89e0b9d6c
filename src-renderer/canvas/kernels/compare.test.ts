import { expect, it } from 'vitest'
import { commonFrame, comparedView, dividerAt, dividerMoved, pairOf } from './compare'
import { toScreen } from './viewport'

it('compares the last two that were picked', () => {
  expect(pairOf(['a', 'b', 'c'])).toEqual({ left: 'b', right: 'c' })
  expect(pairOf(['a'])).toBeUndefined()
})

it('both share the frame of the larger one, in the middle of the surface', () => {
  const frame = commonFrame({ width: 128, height: 128 }, { width: 256, height: 192 })
  expect(frame).toEqual({ x: 0, y: 0, width: 256, height: 192 })
  const view = comparedView(frame, { width: 800, height: 600 })
  const middle = toScreen(view, { x: 128, y: 96 })
  expect([middle.x, middle.y]).toEqual([400, 300])
})

it('the divider follows the pointer and stops at the edges', () => {
  const frame = { x: 0, y: 0, width: 100, height: 100 }
  const view = { scale: 2, origin: { x: -50, y: 0 } }
  // The frame lies from 100 to 300 on screen.
  expect([50, 100, 150, 300, 400].map((x) => dividerAt(view, frame, x))).toEqual([0, 0, 0.25, 1, 1])
})

it('and the arrow keys', () => {
  expect(dividerMoved(0.5, 1, false)).toBe(0.55)
  expect(dividerMoved(0.5, -1, true)).toBe(0.49)
  expect(dividerMoved(0.98, 1, false)).toBe(1)
})
