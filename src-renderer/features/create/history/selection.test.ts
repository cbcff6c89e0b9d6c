import { GenerationId } from '#shared/schema/id'
import { expect, it } from 'vitest'
import { chosenAfter } from './selection'

const id = (letter: string) => GenerationId.parse(letter.repeat(26))
const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(id) as [
  GenerationId,
  GenerationId,
  GenerationId,
  GenerationId,
  GenerationId,
]
const rows = [
  { day: '2026-03-30', prompt: 'x', classId: undefined, ids: [a, b] },
  { day: '2026-03-29', prompt: 'x', classId: undefined, ids: [c, d, e] },
]
const keys = { ctrlKey: false, metaKey: false, shiftKey: false }

it('chooses one with a plain click', () => {
  expect(chosenAfter(rows, [a, b], c, keys)).toEqual([c])
})

it('adds and takes away with Ctrl, or ⌘', () => {
  expect(chosenAfter(rows, [a], c, { ...keys, ctrlKey: true })).toEqual([a, c])
  expect(chosenAfter(rows, [a, c], a, { ...keys, metaKey: true })).toEqual([c])
})

it('reaches over rows with Shift, in both directions', () => {
  expect(chosenAfter(rows, [b], d, { ...keys, shiftKey: true })).toEqual([b, c, d])
  expect(chosenAfter(rows, [d], b, { ...keys, shiftKey: true })).toEqual([d, c, b])
  expect(chosenAfter(rows, [], d, { ...keys, shiftKey: true })).toEqual([d])
})
