import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Generation } from '#shared/schema/generation'
import { GenerationId, JobId } from '#shared/schema/id'
import { Library } from './library'

let root: string
let library: Library

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-states-'))
  library = Library.open(root, 'the test')
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

const idOf = (n: number): GenerationId => GenerationId.parse(`01kb0000000000000000000${String(n).padStart(3, '0')}`)

/** A picture with two states of 100 bytes each. */
function picture(n: number, starred = false): GenerationId {
  const id = idOf(n)
  const generation: Generation = {
    version: 1,
    id,
    job: JobId.parse(idOf(0)),
    recipe: {
      version: 1,
      model: { name: 'm', sha256: 'a'.repeat(64) },
      prompt: 'fox',
      negativePrompt: '',
      steps: 3,
      width: 64,
      height: 64,
      cfg: { scale: 1, low: 0, high: 1 },
      seed: 1,
      imageIndex: 0,
      noise: 'torch',
      stochasticity: 0,
      sampleType: 'transition',
      adapters: [],
      precision: 'f32',
      provider: 'cpu',
    },
    frames: [],
    starred,
    createdAt: Date.now(),
    tookMs: 1,
  }
  library.generations.add(generation)
  write(id)
  return id
}

function write(id: GenerationId): void {
  mkdirSync(library.states.folderOf(id), { recursive: true })
  for (const index of [0, 1]) writeFileSync(library.states.fileOf(id, index), new Uint8Array(100))
}

const kept = (ids: readonly GenerationId[]): boolean[] => ids.map((id) => existsSync(library.states.fileOf(id, 1)))

test('the room that states take is known, also after a restart', () => {
  library.states.noteWritten(picture(1), 1000)
  library.states.noteWritten(picture(2), 1000)
  expect(library.states.use()).toBe(400)
  library.close()
  library = Library.open(root, 'the test')
  expect(library.states.use()).toBe(400)
})

test('beyond the budget the oldest go first, starred ones last', () => {
  const ids = [picture(1, true), picture(2), picture(3), picture(4, true)]
  for (const id of ids) library.states.noteWritten(id, 1000)
  library.states.keepWithin(600)
  expect(kept(ids)).toEqual([true, false, true, true])
  library.states.keepWithin(400)
  expect(kept(ids)).toEqual([true, false, false, true])
  library.states.keepWithin(250)
  expect(kept(ids)).toEqual([false, false, false, true])
  expect(library.states.use()).toBe(200)
  const next = picture(5)
  library.states.noteWritten(next, 200)
  expect(kept([...ids, next])).toEqual([false, false, false, true, false])
})

test('the newest picture stays where it alone fits', () => {
  const ids = [picture(1), picture(2)]
  for (const id of ids) library.states.noteWritten(id, 200)
  expect(kept(ids)).toEqual([false, true])
})

test('states of a deleted picture go with it, and those that belong to none once they are old', () => {
  const [gone, stays, young, old] = [picture(1), picture(2), idOf(3), idOf(4)]
  for (const id of [gone, stays]) library.states.noteWritten(id, 1000)
  for (const id of [young, old]) write(id)
  for (const id of [gone, stays, old]) utimesSync(library.states.folderOf(id), 1, 1)
  library.generations.remove([gone])
  library.generations.purge([gone])
  library.states.discardStray(Date.now() - 1000, (id) => library.generations.has(id))
  expect(kept([gone, stays, young, old])).toEqual([false, true, true, false])
  expect(library.states.use()).toBe(200)
})
