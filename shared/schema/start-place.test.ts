import { expect, test } from 'vitest'
import { NO_EXTENSION, placeIn, sizeUpon } from './start-place'

const square = { width: 128, height: 128 }

test('a picture of the size that is drawn lies where it is, pixel on pixel', () => {
  expect(placeIn(square, NO_EXTENSION, square)).toEqual({ x: 0, y: 0, width: 128, height: 128 })
})

test('a picture of another shape covers all, cut off on both sides alike', () => {
  expect(placeIn({ width: 300, height: 200 }, NO_EXTENSION, square)).toEqual({ x: -32, y: 0, width: 192, height: 128 })
  expect(placeIn({ width: 64, height: 256 }, NO_EXTENSION, square)).toEqual({ x: 0, y: -192, width: 128, height: 512 })
})

test('an extended picture keeps its pixels where the whole can be drawn', () => {
  const extension = { left: 32, top: 0, right: 64, bottom: 16 }
  expect(placeIn(square, extension, { width: 224, height: 144 })).toEqual({ x: 32, y: 0, width: 128, height: 128 })
})

test('and is made smaller where it cannot, in the middle of what is left', () => {
  const extension = { left: 0, top: 0, right: 128, bottom: 0 }
  expect(placeIn(square, extension, square)).toEqual({ x: 0, y: 32, width: 64, height: 64 })
})

test('the size upon a picture is its own, or near to it in size and shape', () => {
  const card = { factor: 32, minSide: 256, maxSide: 2048 }
  expect(sizeUpon({ width: 768, height: 512 }, card)).toEqual({ width: 768, height: 512 })
  expect(sizeUpon({ width: 1000, height: 700 }, card)).toEqual({ width: 992, height: 704 })
  expect(sizeUpon({ width: 6000, height: 3000 }, card)).toEqual({ width: 2048, height: 1024 })
  expect(sizeUpon({ width: 100, height: 150 }, card)).toEqual({ width: 256, height: 384 })
  expect(sizeUpon({ width: 5000, height: 10 }, card)).toEqual({ width: 2048, height: 256 })
  expect(sizeUpon({ width: 900, height: 500 }, { factor: 16, minSide: 128, maxSide: 128 })).toEqual(square)
})
