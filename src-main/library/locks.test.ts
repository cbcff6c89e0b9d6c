import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Locks } from './locks'
import { birthOf, isAlive } from './process-identity'
import { Sqlite } from './sqlite'
import { migrate } from './tables'

let folder: string
let db: Sqlite
let sleeper: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tim-locks-'))
  db = new Sqlite(join(folder, 'library.sqlite'))
  migrate(db)
})
afterEach(() => {
  sleeper?.kill('SIGKILL')
  db.close()
  rmSync(folder, { recursive: true })
})

/** Locks as another, really running process has them. */
async function otherProcess(): Promise<{ readonly child: ChildProcess; readonly locks: Locks }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  sleeper = child
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  return { child, locks: new Locks(db, 'the command line', { pid, born: birthOf(pid) }) }
}

test('can be taken again by its holder, and by others once released', async () => {
  const ours = new Locks(db, 'the window')
  const { locks: theirs } = await otherProcess()
  expect(ours.take('queue').held).toBe(true)
  expect(ours.take('queue').held).toBe(true)
  expect(theirs.take('queue')).toMatchObject({ held: false, by: { who: 'the window', pid: process.pid } })
  expect(theirs.take('run').held).toBe(true)
  theirs.release('queue')
  expect(theirs.take('queue').held).toBe(false)
  ours.release('queue')
  expect(theirs.take('queue').held).toBe(true)
})

test('the refused one is told who holds it', async () => {
  const { locks: theirs, child } = await otherProcess()
  theirs.take('queue')
  expect(() => new Locks(db, 'the window').need('queue')).toThrow(`the command line (process ${child.pid}) is already working`)
})

test('a lock whose holder died is free', async () => {
  const { locks: theirs, child } = await otherProcess()
  theirs.take('queue')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(new Locks(db, 'the window').take('queue').held).toBe(true)
})

test.runIf(process.platform === 'linux')('a number that was given to a new process does not keep a lock', () => {
  const reused = { pid: process.pid, born: 'another boot:1' }
  expect(isAlive(reused)).toBe(false)
  new Locks(db, 'long gone', reused).take('queue')
  expect(new Locks(db, 'the window').take('queue').held).toBe(true)
})

test('a process that never was is not alive', () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  expect(isAlive({ pid: gone, born: '' })).toBe(false)
})
