import { expect, it } from 'vitest'
import { nextSeed, parseSeed, rollSeed } from './seed'

it('rolls whole numbers below a thousand million', () => {
  expect(rollSeed(() => 0)).toBe(0)
  expect(rollSeed(() => 0.9999999999)).toBe(999_999_999)
})

it('rolls only when unlocked and used', () => {
  const random = () => 0.5
  expect(nextSeed(7, false, 7, random)).toBe(500_000_000)
  expect(nextSeed(7, false, 6, random)).toBe(7)
  expect(nextSeed(7, false, undefined, random)).toBe(7)
  expect(nextSeed(7, true, 7, random)).toBe(7)
})

it('accepts every seed a recipe can hold and nothing else', () => {
  expect(parseSeed('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER)
  for (const text of ['9007199254740992', '-1', '1.5', '', 'fox']) expect(parseSeed(text)).toBeUndefined()
})
