import { expect, test } from 'vitest'
import { picture, type Picture } from './picture'
import { resample } from './resample'

function painted(width: number, height: number, paint: (x: number, y: number) => readonly [number, number, number]): Picture {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(paint(x, y), (y * width + x) * 3)
  return picture(width, height, rgb)
}

test('the same size is the same picture', () => {
  const scene = painted(60, 44, (x, y) => [4 * x, 2 * y, 5 * y])
  expect(resample(scene, 60, 44)).toBe(scene)
})

test.each([
  [30, 22],
  [97, 61],
  [17, 80],
  [1, 1],
])('one colour stays that colour at %i × %i', (width, height) => {
  const plain = resample(
    painted(60, 44, () => [200, 0, 255]),
    width,
    height,
  )
  expect(plain).toEqual(painted(width, height, () => [200, 0, 255]))
})

test.each([
  [30, 22],
  [120, 88],
  [77, 40],
  [45, 45],
])('a slope stays the same slope at %i × %i, away from the edges', (width, height) => {
  const slope = painted(60, 44, (x, y) => [4 * x, 5 * y, 2 * x + 2 * y])
  const { rgb } = resample(slope, width, height)
  const at = (i: number, fresh: number, old: number) => ((i + 0.5) * old) / fresh - 0.5
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [at(x, width, 60), at(y, height, 44)]
      if (Math.min(u, v, 59 - u, 43 - v) < 5) continue
      const wanted = [4 * u, 5 * v, 2 * u + 2 * v]
      wanted.forEach((value, c) => expect(Math.abs(rgb[(y * width + x) * 3 + c]! - value)).toBeLessThan(0.55))
    }
  }
})

test('made smaller, fine stripes become their mean and not one of them', () => {
  const stripes = painted(64, 64, (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200]))
  const { rgb } = resample(stripes, 16, 16)
  for (let i = 16 * 8 * 3 + 12; i < 16 * 8 * 3 + 36; i++) expect(Math.abs(rgb[i]! - 100)).toBeLessThanOrEqual(1)
})

test.each([
  [120, 88],
  [31, 40],
  [60, 44],
])('a part of %i × %i is that part of the whole', (width, height) => {
  const scene = painted(60, 44, (x, y) => [4 * x, (x * y) % 256, 5 * y])
  const part = { x: 7, y: 11, width: 20, height: 9 }
  const whole = resample(scene, width, height)
  expect(resample(scene, width, height, part)).toEqual(resample(whole, width, height, part))
})
