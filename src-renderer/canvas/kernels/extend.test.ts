import { NO_EXTENSION } from '#shared/schema/start-place'
import { expect, test } from 'vitest'
import { framed } from './extend'

const model = { factor: 32, minSide: 256, maxSide: 1024 }
const picture = { width: 512, height: 480 }

test('the whole side becomes one that the model draws', () => {
  expect(framed(picture, NO_EXTENSION, 'right', 100, model)).toEqual({ ...NO_EXTENSION, right: 96 })
  expect(framed(picture, { ...NO_EXTENSION, left: 10 }, 'right', 100, model).right).toBe(86)
  expect(framed({ width: 500, height: 480 }, NO_EXTENSION, 'left', 30, model).left).toBe(44)
})

test('dragged back it is gone, and it ends where the model does', () => {
  expect(framed(picture, { ...NO_EXTENSION, top: 64 }, 'top', 5, model)).toEqual(NO_EXTENSION)
  expect(framed(picture, NO_EXTENSION, 'top', -40, model)).toEqual(NO_EXTENSION)
  expect(framed(picture, NO_EXTENSION, 'bottom', 9000, model).bottom).toBe(544)
})

test('around a picture of a model of one size there is room too', () => {
  expect(framed({ width: 128, height: 128 }, NO_EXTENSION, 'left', 45, { factor: 16, minSide: 128, maxSide: 128 }).left).toBe(48)
})
