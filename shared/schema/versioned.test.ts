import { expect, test } from 'vitest'
import { z } from 'zod'
import { readVersioned, type Versioned } from './versioned'

const record: Versioned<{ version: 3; colour: string; size: number }> = {
  name: 'crayon',
  version: 3,
  schema: z.object({ version: z.literal(3), colour: z.string(), size: z.number() }),
  migrations: {
    1: ({ color, ...rest }) => ({ ...rest, colour: color }),
    2: (old) => ({ ...old, size: 10 }),
  },
}

test('lifts an old record version by version', () => {
  expect(readVersioned(record, { version: 1, color: 'red' })).toEqual({
    ok: true,
    value: { version: 3, colour: 'red', size: 10 },
  })
  expect(readVersioned(record, { version: 2, colour: 'red' })).toEqual({
    ok: true,
    value: { version: 3, colour: 'red', size: 10 },
  })
})

test('leaves the stored data as it was', () => {
  const stored = { version: 1, color: 'red' }
  readVersioned(record, stored)
  expect(stored).toEqual({ version: 1, color: 'red' })
})

test.each([
  [null, 'not a record'],
  ['text', 'not a record'],
  [[1], 'not a record'],
  [{ colour: 'red' }, 'has no version'],
  [{ version: Number.NaN }, 'has no version'],
  [{ version: 4 }, 'newer version'],
  [{ version: 3, colour: 7, size: 1 }, 'damaged at "colour"'],
])('says why it refuses %j', (stored, why) => {
  const reading = readVersioned(record, stored)
  expect(reading.ok).toBe(false)
  expect(reading.ok ? '' : reading.why).toContain(why)
})

test('says so when a migration is missing', () => {
  const reading = readVersioned({ ...record, migrations: { 2: (old) => old } }, { version: 1 })
  expect(reading).toEqual({ ok: false, why: 'the crayon of version 1 can no longer be read' })
})

test('an older version that is still written is read as it is', () => {
  const both = {
    ...record,
    alsoWritten: [2],
    schema: z.object({ version: z.union([z.literal(2), z.literal(3)]), colour: z.string() }),
  }
  expect(readVersioned(both, { version: 2, colour: 'red' })).toEqual({ ok: true, value: { version: 2, colour: 'red' } })
  expect(readVersioned(both, { version: 1, color: 'red' })).toEqual({ ok: true, value: { version: 3, colour: 'red' } })
})
