import { expect, it } from 'vitest'
import { picture } from '../images/picture'
import { squareView } from './square-view'

it('keeps a picture of its own size', () => {
  const rgb = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * 37) % 256)
  const view = squareView(picture(8, 8, rgb), 8)
  expect(view[0]).toBeCloseTo((rgb[0] ?? 0) / 127.5 - 1, 6)
  expect(view[64 + 9]).toBeCloseTo((rgb[3 * 9 + 1] ?? 0) / 127.5 - 1, 6)
})

it('takes the means of areas, of the square in the middle', () => {
  // Four columns beside the square are white; inside, rows are 0 and 200 in turn.
  const rgb = Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 16, Math.floor(i / 48)]
    return x < 4 || x >= 12 ? 255 : (y % 2) * 200
  })
  const view = squareView(picture(16, 8, rgb), 4)
  for (const value of view) expect(value).toBeCloseTo(100 / 127.5 - 1, 6)
})

it('weighs pixels by how much of a cell they cover, and repeats them where cells are smaller', () => {
  const view = squareView(
    picture(
      3,
      3,
      Uint8Array.from({ length: 27 }, (_, i) => [0, 90, 180][Math.floor(i / 3) % 3] ?? 0),
    ),
    2,
  )
  expect(view[0]).toBeCloseTo(30 / 127.5 - 1, 6)
  expect(view[1]).toBeCloseTo(150 / 127.5 - 1, 6)
  const large = squareView(picture(1, 1, Uint8Array.of(10, 20, 30)), 4)
  expect(large[47]).toBeCloseTo(30 / 127.5 - 1, 6)
})
