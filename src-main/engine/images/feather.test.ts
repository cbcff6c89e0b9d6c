import { expect, test } from 'vitest'
import { feathered } from './feather'

const WIDTH = 23
const HEIGHT = 17

function maskOf(isSet: (x: number, y: number) => boolean) {
  const pixels = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) pixels[y * WIDTH + x] = Number(isSet(x, y))
  return { width: WIDTH, height: HEIGHT, pixels }
}

/** The distance to the nearest pixel that is set, found by looking at all of them. */
function distance(pixels: Uint8Array, x: number, y: number): number {
  let least = Infinity
  pixels.forEach((set, i) => {
    if (set === 1) least = Math.min(least, Math.hypot(x - (i % WIDTH), y - Math.floor(i / WIDTH)))
  })
  return least
}

const masks = {
  'a dot': maskOf((x, y) => x === 5 && y === 11),
  'a block at the edge': maskOf((x, y) => x > 18 && y < 4),
  'two islands': maskOf((x, y) => Math.hypot(x - 4, y - 4) < 3 || Math.hypot(x - 18, y - 12) < 4),
  'a frame': maskOf((x, y) => x < 3 || y < 2 || x > 19 || y > 14),
}

test.each(Object.entries(masks))('%s: 1 inside, 0 beyond the band, falling with the true distance in it', (_, mask) => {
  for (const feather of [0, 1, 4, 12.5]) {
    const found = feathered(mask, feather)
    for (let i = 0; i < found.length; i++) {
      const away = distance(mask.pixels, i % WIDTH, Math.floor(i / WIDTH))
      const near = Math.max(0, 1 - away / (feather + 1))
      expect(found[i]).toBe(Math.fround(near * near * (3 - 2 * near)))
    }
  }
})

test('without feather the mask is all there is; an empty mask draws nothing anew', () => {
  const { 'two islands': mask } = masks
  expect(feathered(mask, 0)).toEqual(Float32Array.from(mask.pixels))
  expect(
    feathered(
      maskOf(() => false),
      9,
    ).every((value) => value === 0),
  ).toBe(true)
})
