import { expect, test } from 'vitest'
import { strengthLine } from './strength'

test('a strength in plain words', () => {
  expect(strengthLine(0.1, false)).toBe('Nearly the same picture.')
  expect(strengthLine(0.6, false)).toBe('The same shapes, drawn anew.')
  expect(strengthLine(1, false)).toBe('Nothing of the picture is left.')
  expect(strengthLine(0.6, true)).toBe('Where you marked: the same shapes, drawn anew.')
  expect(strengthLine(1, true)).toBe('What you marked is drawn from nothing.')
})
