import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DownloadState } from '#shared/schema/download'
import { Library } from '../library/library'
import { Downloads } from './downloads'
import type { EngineProcess } from './engine-process'
import { forkChild } from './fork-child'
import { ModelErrands } from './model-errands'

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })
const engine = resolve('test/support/stand-in-engine.mjs')
let root: string
let library: Library
let errands: ModelErrands
let downloads: Downloads
let states: DownloadState[]
let installed: number
let sent: unknown[]
let waiting: { is: string; met: () => void }[]

function begin(env: NodeJS.ProcessEnv = {}): void {
  root = mkdtempSync(join(tmpdir(), 'tim-downloads-'))
  library = Library.open(root, 'the test')
  ;[states, waiting, sent, installed] = [[], [], [], 0]
  const fork = (): EngineProcess => {
    const child = forkChild(engine, { ...process.env, ...env })
    return { ...child, send: (message) => (sent.push(message), child.send(message)) }
  }
  errands = new ModelErrands(fork, library)
  downloads = new Downloads({
    errands,
    library,
    token: () => 'hf_abcdefghijkl',
    emit: (_, state) => {
      states.push(state)
      for (const { is, met } of waiting) if (is === state.is) met()
    },
    onInstalled: () => installed++,
    env: {},
  })
}
beforeEach(() => begin())
afterEach(() => {
  downloads.close()
  errands.close()
  library.close()
  rmSync(root, { recursive: true })
})

const enters = async (is: DownloadState['is']): Promise<void> => new Promise((met) => waiting.push({ is, met }))

test('a plan comes first, and nothing is fetched before it is started', async () => {
  expect(() => downloads.start('plans', undefined)).toThrow('no plan')
  expect(await downloads.plan('plans', {})).toMatchObject({ bytes: 9, folder: join(root, 'downloads') })
  expect(sent).toHaveLength(1)
  expect(() => downloads.start('other', undefined)).toThrow('no plan')
  const done = enters('installed')
  downloads.start('plans', undefined)
  await done
  expect(downloads.state).toEqual({ is: 'installed', model: 'plans', name: 'plans', notes: ['A note.'] })
  expect(states.map(({ is }) => is)).toEqual(['planning', 'planned', 'running', 'running', 'installed'])
  expect(installed).toBe(1)
  expect(library.locks.holder('downloads')).toBeNull()
})

test.each(['crashes', 'babbles'])('a process that %s is a failure, and the next one runs', async (model) => {
  await expect(downloads.plan(model, {})).rejects.toMatchObject({ failure: { code: 'engine-crashed' } })
  expect(downloads.state).toMatchObject({ is: 'failed', model })
  expect(await downloads.plan('plans', {})).toMatchObject({ model: 'plans' })
})

test('there is one at a time, and it can be cancelled', async () => {
  const planning = downloads.plan('waits', {})
  await expect(downloads.plan('plans', {})).rejects.toMatchObject({ failure: { code: 'in-use' } })
  downloads.cancel()
  await expect(planning).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  downloads.cancel()
  expect(downloads.state).toEqual({ is: 'none' })
})

test('a mirror comes from the settings, and is not given the token', async () => {
  await downloads.plan('plans', {})
  library.settings.set({ mirror: 'https://mirror.example' })
  await downloads.plan('plans', {})
  const hubs = sent.map((message) => (message as { errand: { hub: unknown } }).errand.hub)
  expect(hubs).toEqual([{ mirror: '', token: 'hf_abcdefghijkl' }, { mirror: 'https://mirror.example' }])
})
