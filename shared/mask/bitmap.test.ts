import { expect, test } from 'vitest'
import { decodeBitmap, encodeBitmap } from './bitmap'

const bytesOf = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0))

const mask = (width: number, rows: string) => ({
  width,
  height: rows.length / width,
  pixels: Uint8Array.from(rows, (sign) => Number(sign === '#')),
})

test('a mask is written as PBM: the left pixel is the highest bit, rows end with whole bytes', () => {
  const bytes = encodeBitmap(mask(3, '#.#.##'))
  expect([...bytes]).toEqual([...bytesOf('P4\n3 2\n'), 0b1010_0000, 0b0110_0000])
})

test.each([1, 7, 8, 9, 16, 31])('what was written is read again at width %i', (width) => {
  const rows = Array.from({ length: width * 5 }, (_, i) => ((i * 7919) % 3 === 0 ? '#' : '.')).join('')
  expect(decodeBitmap(encodeBitmap(mask(width, rows)))).toEqual(mask(width, rows))
})

test('other bytes are no mask', () => {
  const good = encodeBitmap(mask(3, '#.#.##'))
  expect(decodeBitmap(good.slice(0, -1))).toBeUndefined()
  expect(decodeBitmap(Uint8Array.of(...good, 0))).toBeUndefined()
  expect(decodeBitmap(new Uint8Array())).toBeUndefined()
  expect(decodeBitmap(bytesOf('P4\n99999 99999\n'))).toBeUndefined()
  // A bit beyond the end of a row: two files would mean the same mask.
  const stray = good.slice()
  stray[stray.length - 1] = 0b0110_0001
  expect(decodeBitmap(stray)).toBeUndefined()
})
