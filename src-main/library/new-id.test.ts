import { expect, test } from 'vitest'
import { GenerationId } from '#shared/schema/id'
import { idsBeginAfter, newId } from './new-id'
import { orderOf, timeIn } from './order'

test('ids sort by age, also while the clock stands still, goes back or jumps', () => {
  const clock = [5000, 5000, 4000, 9000, 1, 9001]
  const ids = clock.map((now) => newId(now))
  expect([...ids].sort()).toEqual(ids)
  expect(ids.map(orderOf)).toEqual([...ids.map(orderOf)].sort((a, b) => a - b))
  expect(new Set(ids.map(orderOf)).size).toBe(ids.length)
  for (const id of ids) expect(GenerationId.safeParse(id).success).toBe(true)
})

test('a clock that was set back does not put new ids before those of the library', () => {
  const inLibrary = newId(20_000_000)
  idsBeginAfter(timeIn(inLibrary))
  expect(newId(10_000) > inLibrary).toBe(true)
})

test('the time of an id is read back; a text that is none has no time', () => {
  const later = Date.now() + 1e9
  expect(timeIn(newId(later))).toBe(later)
  expect(timeIn('?')).toBe(0)
})
