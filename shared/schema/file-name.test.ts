import { expect, test } from 'vitest'
import { anyRecipe } from '../../test/support/any-generation'
import { DEFAULT_PATTERN, fileName } from './file-name'

const noon = new Date(2026, 4, 12, 14, 30, 59).getTime()
const named = (pattern: string, prompt = 'a red fox'): string => fileName(pattern, { ...anyRecipe, prompt, seed: 7 }, noon)

test('parts in braces are filled in, unknown ones stay', () => {
  expect(named(DEFAULT_PATTERN)).toBe('2026-05-12 a red fox 7-1')
  expect(named('{model}_{steps}_{size}_{time}_{other}')).toBe('starter_8_128x128_143059_{other}')
})

test('a name is safe on every system, whatever the prompt', () => {
  expect(named('{prompt}', '../../etc/passwd')).toBe('etc passwd')
  expect(named('{prompt}', 'a "b": c? <d> | e*\n\0')).toBe('a b c d e')
  expect(named('{prompt}', 'con')).toBe('_con')
  expect(named('{prompt}', ' . ')).toBe('picture')
  expect(named('')).toBe('picture')
  expect(named('{prompt}', 'x'.repeat(59) + '🦊🦊')).toBe('x'.repeat(59))
  expect(named('a'.repeat(500)).length).toBe(120)
})
