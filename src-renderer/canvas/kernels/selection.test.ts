import { expect, it } from 'vitest'
import { clicked, keepOnly, primary } from './selection'

it('selects one by a plain click and clears on empty canvas', () => {
  expect(clicked(['a', 'b'], 'c', false)).toEqual(['c'])
  expect(clicked(['a'], undefined, false)).toEqual([])
})

it('toggles with the modifier and keeps the rest', () => {
  expect(clicked(['a'], 'b', true)).toEqual(['a', 'b'])
  expect(clicked(['a', 'b'], 'a', true)).toEqual(['b'])
  expect(clicked(['a'], undefined, true)).toEqual(['a'])
})

it('forgets pictures that are gone, and is the same object when none is', () => {
  const selection = ['a', 'b']
  expect(keepOnly(selection, new Set(['a']))).toEqual(['a'])
  expect(keepOnly(selection, new Set(['a', 'b', 'c']))).toBe(selection)
})

it('shows the picture picked last', () => {
  expect(primary(['a', 'b'])).toBe('b')
  expect(primary([])).toBeUndefined()
})
