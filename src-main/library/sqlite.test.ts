import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Sqlite, type SqlValue } from './sqlite'

let folder: string
let db: Sqlite

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tim-sqlite-'))
  db = new Sqlite(join(folder, 'a.sqlite'))
  db.exec('CREATE TABLE a (n)')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

test('a failed transaction changes nothing and the next one works', () => {
  expect(() =>
    db.transaction(() => {
      db.run('INSERT INTO a VALUES (1)')
      throw new Error('stop')
    }),
  ).toThrow('stop')
  expect(db.all('SELECT n FROM a')).toEqual([])
  db.transaction(() => db.transaction(() => db.run('INSERT INTO a VALUES (2)')))
  expect(db.all('SELECT n FROM a')).toEqual([{ n: 2 }])
})

test('a statement works again after it failed', () => {
  db.exec('CREATE UNIQUE INDEX once ON a (n)')
  const insert = (n: number): number => db.run('INSERT INTO a VALUES (?)', n)
  insert(1)
  expect(() => insert(1)).toThrow('UNIQUE')
  insert(2)
  expect(db.all('SELECT n FROM a ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
})

test('reading leaves no lock behind', () => {
  for (let n = 0; n < 5; n++) db.run('INSERT INTO a VALUES (?)', n)
  db.get('SELECT n FROM a')
  const other = new Sqlite(db.file)
  other.run('INSERT INTO a VALUES (9)')
  expect(other.get('PRAGMA wal_checkpoint(TRUNCATE)')).toMatchObject({ busy: 0 })
  other.close()
})

test('times in milliseconds and texts come back as they were', () => {
  const values: SqlValue[] = [1_795_393_852_593, Number.MAX_SAFE_INTEGER, -0.5, 'häßlich\n😀', null]
  for (const value of values) db.run('INSERT INTO a VALUES (?)', value)
  expect(db.all('SELECT n FROM a').map(({ n }) => n)).toEqual(values)
})

test.each([Number.NaN, Infinity])('%d is refused before it reaches the driver', (value) => {
  expect(() => db.run('INSERT INTO a VALUES (?)', value)).toThrow(TypeError)
})
