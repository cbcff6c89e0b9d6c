import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FoundModel } from '#shared/engine/protocol'
import type { ModelWork } from '#shared/schema/model-work'
import { Library } from '../library/library'
import { forkChild } from './fork-child'
import { ModelErrands } from './model-errands'
import { ModelWorks } from './model-work'

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })
let root: string
let library: Library
let errands: ModelErrands
let works: ModelWorks
let states: ModelWork[]
let changes: number
let waiting: { is: string; met: () => void }[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-model-work-'))
  library = Library.open(root, 'the test')
  ;[states, waiting, changes] = [[], [], 0]
  errands = new ModelErrands(() => forkChild(resolve('test/support/stand-in-engine.mjs'), process.env), library)
  works = new ModelWorks({
    errands,
    library,
    find: async (name) => Promise.resolve(found(name)),
    emit: (_, state) => {
      states.push(state)
      for (const { is, met } of waiting) if (is === state.is) met()
    },
    onChanged: () => changes++,
  })
})
afterEach(() => {
  errands.close()
  library.close()
  rmSync(root, { recursive: true })
})

const found = (name: string): FoundModel =>
  ({ folder: join(root, 'models', name), card: { title: `The ${name}`, embedded: name === 'embedded' } }) as FoundModel
const enters = async (is: ModelWork['is']): Promise<void> => new Promise((met) => waiting.push({ is, met }))

test('an import tells how it goes and ends with the name of the model', async () => {
  const done = enters('imported')
  works.import({ paths: ['/files/imports'] })
  expect(works.state).toMatchObject({ is: 'running', work: 'import', model: 'imports' })
  await done
  expect(states.map(({ is }) => is)).toEqual(['running', 'running', 'imported'])
  expect(works.state).toEqual({ is: 'imported', model: 'imports', name: 'imports', error: 0.01, notes: ['A note.'] })
  expect(changes).toBe(1)
  expect(library.locks.holder('downloads')).toBeNull()
})

test('a check and a removal say what they found', async () => {
  const verified = enters('verified')
  await works.verify('verifies')
  await verified
  expect(works.state).toEqual({ is: 'verified', model: 'The verifies', files: 2, bytes: 9 })
  const removed = enters('removed')
  await works.remove('removes')
  await removed
  expect(works.state).toEqual({ is: 'removed', model: 'The removes', freed: 9, kept: ['text'] })
  await expect(works.remove('embedded')).rejects.toMatchObject({ failure: { code: 'bad-input', field: 'name' } })
})

test('there is one piece of work at a time, and it can be cancelled', async () => {
  works.import({ paths: ['/files/waits'] })
  await expect(works.verify('verifies')).rejects.toMatchObject({ failure: { code: 'in-use' } })
  const failed = enters('failed')
  works.cancel()
  await failed
  expect(works.state).toMatchObject({ is: 'failed', work: 'import', failure: { code: 'cancelled' } })
  works.cancel()
  expect(works.state).toEqual({ is: 'none' })
})

test('a process that dies is a failure', async () => {
  const failed = enters('failed')
  works.import({ paths: ['/files/crashes'] })
  await failed
  expect(works.state).toMatchObject({ is: 'failed', failure: { code: 'engine-crashed' } })
})
