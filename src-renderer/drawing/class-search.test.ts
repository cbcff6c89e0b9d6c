import { expect, test } from 'vitest'
import { findClasses } from './class-search'

const names = ['tench, Tinca tinca', 'goldfish, Carassius auratus', 'great white shark', 'golden retriever', 'hammerhead shark']

test('finds all words, names that begin so first, and numbers', () => {
  expect(findClasses(names, '').ids).toEqual([0, 1, 2, 3, 4])
  expect(findClasses(names, 'shark').ids).toEqual([2, 4])
  expect(findClasses(names, 'white great').ids).toEqual([2])
  expect(findClasses(names, 'Tinca').ids).toEqual([0])
  expect(findClasses(names, 'gold').ids).toEqual([1, 3])
  expect(findClasses(names, '3').ids).toEqual([3])
  expect(findClasses(names, 'zebra').ids).toEqual([])
})

test('of a thousand names a part is shown', () => {
  const many = Array.from({ length: 1000 }, (_, i) => `thing ${i}`)
  expect(findClasses(many, '')).toMatchObject({ more: 940 })
  expect(findClasses(many, 'thing 99').ids).toContain(999)
})
