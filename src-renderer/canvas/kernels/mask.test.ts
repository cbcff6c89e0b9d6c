import { expect, test } from 'vitest'
import { around, emptyMask, invert, isEmpty, paintLine, patchOf, putBack, tinted } from './mask'

const rows = ({ width, height, pixels }: ReturnType<typeof emptyMask>) =>
  Array.from({ length: height }, (_, y) => [...pixels.subarray(y * width, (y + 1) * width)].map((p) => '.#'[p]).join(''))

test('a dab is a disc around the point, a drag the trace of that disc', () => {
  const mask = emptyMask(9, 5)
  expect(paintLine(mask, { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1.5, 1)).toEqual({ x: 1, y: 1, width: 3, height: 3 })
  expect(rows(mask)).toEqual(['.........', '.###.....', '.###.....', '.###.....', '.........'])
  paintLine(mask, { x: 2.5, y: 2.5 }, { x: 7.5, y: 2.5 }, 0.6, 1)
  expect(rows(mask)[2]).toBe('.#######.')
  expect(rows(mask)[1]).toBe('.###.....')
})

test('every pixel that the trace covers is set, and no other, at any angle', () => {
  const [from, to, radius] = [{ x: 5.2, y: 30.7 }, { x: 33.9, y: 8.1 }, 6.3]
  const mask = emptyMask(40, 40)
  paintLine(mask, from, to, radius, 1)
  const away = (x: number, y: number) => {
    let least = Infinity
    for (let k = 0; k <= 300; k++) {
      const s = k / 300
      least = Math.min(least, Math.hypot(x - from.x - s * (to.x - from.x), y - from.y - s * (to.y - from.y)))
    }
    return least
  }
  mask.pixels.forEach((set, i) => {
    const distance = away((i % 40) + 0.5, Math.floor(i / 40) + 0.5)
    if (Math.abs(distance - radius) > 0.02) expect(set).toBe(Number(distance < radius))
  })
})

test('the eraser takes away, outside nothing happens', () => {
  const mask = emptyMask(6, 3)
  invert(mask)
  paintLine(mask, { x: 0, y: 1.5 }, { x: 2, y: 1.5 }, 0.6, 0)
  expect(rows(mask)).toEqual(['######', '...###', '######'])
  expect(paintLine(mask, { x: 20, y: 20 }, { x: 30, y: 20 }, 3, 0)).toBeUndefined()
})

test('a stroke is undone and done again by putting parts back', () => {
  const mask = emptyMask(12, 8)
  paintLine(mask, { x: 3, y: 3 }, { x: 3, y: 3 }, 2, 1)
  const before = { ...mask, pixels: mask.pixels.slice() }
  const area = around(
    paintLine(mask, { x: 5, y: 5 }, { x: 9, y: 5 }, 1.5, 1),
    paintLine(mask, { x: 9, y: 5 }, { x: 9, y: 2 }, 1.5, 1),
  )
  if (area === undefined) throw new Error('nothing was painted')
  const painted = mask.pixels.slice()
  const redo = putBack(mask, patchOf(before, area))
  expect(mask.pixels).toEqual(before.pixels)
  putBack(mask, redo)
  expect(mask.pixels).toEqual(painted)
})

test('empty, inverted, shown', () => {
  const mask = emptyMask(2, 1)
  expect(isEmpty(mask)).toBe(true)
  paintLine(mask, { x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, 0.4, 1)
  expect(isEmpty(mask)).toBe(false)
  invert(mask)
  expect(rows(mask)).toEqual(['.#'])
  expect([...tinted(mask, { x: 0, y: 0, width: 2, height: 1 }, [9, 8, 7, 6])]).toEqual([0, 0, 0, 0, 9, 8, 7, 6])
})
