import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import type { EngineState } from '#shared/ipc/events'
import { GenerationId, JobId } from '#shared/schema/id'
import { EngineHost, type Ending } from './engine-host'
import { patience, type Patience } from './patience'
import { forkChild } from './fork-child'

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })
const engine = resolve('test/support/stand-in-engine.mjs')
const job = JobId.parse('01kb0000000000000000000001')

let host: EngineHost
let states: EngineState[]
let waiting: { is: string; resolve: () => void }[]
afterEach(() => host.close())

function begin(limits: Partial<Patience> = {}, env: NodeJS.ProcessEnv = {}): void {
  states = []
  waiting = []
  const onState = (state: EngineState): void => {
    states.push(state)
    for (const { is, resolve: met } of waiting) if (is === state.is) met()
  }
  host = new EngineHost(() => forkChild(engine, { ...process.env, ...env }), onState, { ...patience, restartMs: 1, ...limits })
  host.start()
}

/** Resolves when the engine enters a state, from now on. */
const enters = async (is: EngineState['is']): Promise<void> => new Promise((met) => waiting.push({ is, resolve: met }))

function task(prompt: string, steps = 4, pictures = 1): GenerateTask {
  return {
    kind: 'generate',
    model: '/model',
    recipe: {
      version: 1,
      model: { name: 'starter', sha256: 'a'.repeat(64) },
      prompt,
      negativePrompt: '',
      steps,
      width: 128,
      height: 128,
      cfg: { scale: 2.5, low: 0, high: 1 },
      seed: 1,
      imageIndex: 0,
      noise: 'philox4x32-10/1',
      stochasticity: 0,
      sampleType: 'transition',
      adapters: [],
      precision: 'f32',
      provider: 'cpu',
    },
    pictures: Array.from({ length: pictures }, (_, imageIndex) => ({
      generation: GenerationId.parse(`01kb000000000000000000010${imageIndex}`),
      imageIndex,
      file: '/picture.png',
      frames: '/frames',
    })),
  }
}

async function run(prompt: string, steps = 4, onNews: (news: JobNews) => void = () => undefined): Promise<Ending> {
  return host.run(job, task(prompt, steps), onNews)
}

test('a job tells its steps and ends', async () => {
  begin()
  const news: JobNews[] = []
  expect(await run('draw', 3, (one) => news.push(one))).toEqual({ is: 'finished' })
  expect(news.map(({ is }) => is)).toEqual(['begun', 'step', 'step', 'step', 'made'])
  expect(states.map(({ is }) => is)).toEqual(['starting', 'ready', 'working', 'ready'])
})

test('a failure of the engine is passed on, and it goes on working', async () => {
  begin()
  expect(await run('refuse')).toMatchObject({ is: 'failed', failure: { code: 'out-of-memory' }, died: false })
  expect(await run('draw')).toEqual({ is: 'finished' })
})

test.each(['crash', 'babble'])('after a %s it says so in plain words and starts again', async (manner) => {
  begin()
  const ending = await run(manner)
  expect(ending).toMatchObject({ is: 'failed', died: true, failure: { code: 'engine-crashed' } })
  expect(ending.is === 'failed' && ending.failure.message).toContain('stopped unexpectedly in the middle of a picture')
  expect(await run('draw')).toEqual({ is: 'finished' })
  expect(states.map(({ is }) => is)).toContain('restarting')
})

test('killed from outside while it waits, it starts again', async () => {
  begin()
  await run('draw')
  const back = enters('ready')
  process.kill(host.pid ?? 0, 'SIGKILL')
  await back
  expect(states.at(-2)).toMatchObject({ is: 'restarting', failure: { message: 'The drawing engine stopped unexpectedly.' } })
})

test('cancel ends the job at its next step and keeps the engine', async () => {
  begin()
  const pids: (number | undefined)[] = []
  const ending = await run('draw', 1_000_000, (news) => {
    if (news.is !== 'step') return
    pids.push(host.pid)
    host.cancel(job)
  })
  expect(ending).toMatchObject({ is: 'failed', failure: { code: 'cancelled' }, died: false })
  expect(host.pid).toBe(pids[0])
})

test('a job that does not listen is ended with its process', async () => {
  begin({ cancelMs: 20 })
  const ending = await run('hang', 9, () => host.cancel(job))
  expect(ending).toMatchObject({ is: 'failed', failure: { code: 'cancelled' }, died: false })
  expect(await run('draw')).toEqual({ is: 'finished' })
  expect(states.map(({ is }) => is)).not.toContain('restarting')
})

test('an engine without a sign of life is ended', async () => {
  begin({ silenceMs: 30 })
  expect(await run('hang')).toMatchObject({ is: 'failed', died: true, failure: { code: 'engine-crashed' } })
})

test('a job cancelled before the engine is ready never runs', async () => {
  begin()
  const ending = run('crash')
  host.cancel(job)
  expect(await ending).toMatchObject({ failure: { code: 'cancelled' } })
  expect(await run('draw')).toEqual({ is: 'finished' })
})

test('an engine that never starts is given up, and by hand tried again', async () => {
  begin({ deaths: 3 }, { STAND_IN: 'dies at start' })
  expect(await run('draw')).toMatchObject({ is: 'failed', failure: { code: 'engine-down' } })
  expect(states.filter(({ is }) => is === 'restarting')).not.toHaveLength(0)
  await expect(host.listModels([{ folder: '/m', embedded: true }])).rejects.toThrow('restart the engine')
  const again = enters('starting')
  host.restart()
  await again
})

test('a death over a question answers it with a failure', async () => {
  begin()
  await expect(host.listModels([])).rejects.toThrow('stopped unexpectedly')
  expect(await host.listModels([{ folder: '/m', embedded: true }])).toEqual([])
})

test('it is below normal priority', async () => {
  begin()
  await run('draw')
  const { getPriority } = await import('node:os')
  expect(getPriority(host.pid)).toBeGreaterThan(getPriority(process.pid))
})

test('a bus error is a crash where no file changed, and names the file that did', async () => {
  begin()
  const file = join(mkdtempSync(join(tmpdir(), 'tim-mapped-')), 'weights')
  const dieOver = async (change: () => void): Promise<Ending> => {
    writeFileSync(file, 'weights')
    return host.run(job, { ...task('bus error'), model: file }, () => {
      change()
      host.cancel(job)
    })
  }
  expect(await dieOver(() => undefined)).toMatchObject({ failure: { code: 'engine-crashed' } })
  expect(await dieOver(() => writeFileSync(file, ''))).toMatchObject({ died: true, failure: { code: 'model-changed', file } })
  rmSync(dirname(file), { recursive: true })
})
