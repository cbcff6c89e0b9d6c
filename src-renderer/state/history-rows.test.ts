import type { Generation } from '#shared/schema/generation'
import { GenerationId } from '#shared/schema/id'
import { expect, it } from 'vitest'
import { dayOf, withoutPictures, withPage, withPicture, type Row } from './history-rows'

const id = (letter: string) => GenerationId.parse(letter.repeat(26))
const noon = new Date(2026, 2, 30, 12).getTime()
const made = (letter: string, prompt: string, createdAt = noon) =>
  ({ id: id(letter), createdAt, recipe: { prompt } }) as Generation
const fox: Row = { day: '2026-03-30', prompt: 'a fox', classId: undefined, ids: [id('a'), id('b')] }
const cat: Row = { day: '2026-03-29', prompt: 'a cat', classId: undefined, ids: [id('c')] }

it('counts days in local time', () => {
  expect(dayOf(new Date(2026, 0, 5, 0, 1).getTime())).toBe('2026-01-05')
  expect(dayOf(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05')
})

it('puts a new picture at the head of its row and the row on top', () => {
  const rows = withPicture([cat, fox], made('d', 'a fox'))
  expect(rows.map((row) => [row.prompt, row.ids.length])).toEqual([
    ['a fox', 3],
    ['a cat', 1],
  ])
  expect(rows[0]?.ids[0]).toBe(id('d'))
})

it('starts a row for a new prompt, and for an old one on a new day', () => {
  expect(withPicture([fox], made('d', 'an owl')).map((row) => row.prompt)).toEqual(['an owl', 'a fox'])
  expect(withPicture([cat], made('d', 'a cat'))).toHaveLength(2)
})

it('takes a picture once', () => {
  const rows = [fox]
  expect(withPicture(rows, made('a', 'a fox'))).toBe(rows)
})

it('drops pictures, and rows that have none left', () => {
  const rows = withoutPictures([fox, cat], [id('b'), id('c')])
  expect(rows).toEqual([{ ...fox, ids: [id('a')] }])
})

it('goes on with a row that the last page cut, and takes no picture twice', () => {
  const listed = (letter: string) => ({ id: id(letter), createdAt: noon, starred: false, width: 8, height: 8 })
  const page = [
    { day: fox.day, prompt: fox.prompt, pictures: [listed('b'), listed('d')] },
    { day: cat.day, prompt: cat.prompt, pictures: [listed('c')] },
  ]
  expect(withPage([fox], page)).toEqual([{ ...fox, ids: [id('a'), id('b'), id('d')] }, cat])
})
