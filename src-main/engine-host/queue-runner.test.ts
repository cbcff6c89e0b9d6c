import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import type { EventName } from '#shared/ipc/contract'
import { events } from '#shared/ipc/contract'
import type { Failure } from '#shared/ipc/failure'
import type { JobId } from '#shared/schema/id'
import type { ModelCard } from '#shared/schema/model'
import type { Recipe } from '#shared/schema/recipe'
import { Library } from '../library/library'
import type { Ending } from './engine-host'
import { QueueRunner, type Emit } from './queue-runner'

const card: ModelCard = {
  name: 'starter',
  title: 'Starter',
  kind: 'text',
  sha256: 'a'.repeat(64),
  embedded: true,
  factor: 16,
  minSide: 128,
  maxSide: 128,
  nativeSide: 128,
  maxTokens: 64,
  defaults: { steps: 8, width: 128, height: 128, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 },
  precision: 'f32',
  provider: 'cpu',
  licence: 'Apache-2.0',
  bytes: 1,
  limits: [],
  state: { is: 'ready' },
}
const recipe: Recipe = {
  version: 1,
  model: { name: 'starter', sha256: card.sha256 },
  prompt: 'fox',
  negativePrompt: '',
  steps: 2,
  width: 128,
  height: 128,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 1,
  imageIndex: 3,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
}

/** An engine whose jobs end when the test says so. */
interface Begun {
  readonly job: JobId
  readonly task: GenerateTask
  readonly news: (news: JobNews) => void
  readonly end: (ending: Ending) => void
}

let root: string
let library: Library
let runner: QueueRunner
let log: string[]
let payloads: Partial<Record<EventName, unknown>>
let begun: Begun[]
let awaited: (() => void) | undefined

const emit: Emit = (name, payload) => {
  events[name].payload.parse(payload)
  payloads[name] = payload
  log.push(name)
}

function makeRunner(on: Library): QueueRunner {
  const engine = {
    run: async (job: JobId, task: GenerateTask, news: (news: JobNews) => void) =>
      new Promise<Ending>((end) => {
        begun.push({ job, task, news, end })
        awaited?.()
      }),
    cancel: (job: JobId) =>
      begun
        .find((one) => one.job === job)
        ?.end({ is: 'failed', failure: { code: 'cancelled', message: 'm', remedy: 'r' }, died: false }),
  }
  return new QueueRunner(on, engine, { modelFor: async () => Promise.resolve({ folder: '/m', card }) }, emit)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-queue-'))
  library = Library.open(root, 'the test')
  ;[log, payloads, begun, awaited] = [[], {}, [], undefined]
  runner = makeRunner(library)
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

/** The n-th job that the engine was given, once it was. */
async function job(n: number): Promise<Begun> {
  while (begun.length <= n) await new Promise<void>((resolve) => (awaited = resolve))
  const one = begun[n]
  if (one === undefined) throw new Error('no job')
  return one
}

/** Resolves once the runner has dealt with an ending. */
const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function draw({ task, news }: Begun, picture: number): void {
  news({ is: 'begun', picture })
  for (const index of [0, 1])
    news({ is: 'step', picture, index, of: 2, t: 1 - index / 2, r: 0.5 - index / 2, ms: 5, shown: true })
  writeFileSync(task.pictures[picture]?.file ?? '', 'png')
  news({
    is: 'made',
    picture,
    recipe: { ...recipe, imageIndex: 3 + picture },
    cost: { onceMs: 1, passMs: 2, stepMs: 3, tookMs: 20 },
  })
}

test('a job’s pictures are in the library as soon as they are made', async () => {
  const id = await runner.start(recipe, 2, false)
  const one = await job(0)
  expect(one.task.pictures.map(({ imageIndex }) => imageIndex)).toEqual([3, 4])
  draw(one, 0)
  const { rows } = library.history.page({ cursor: null, pictures: 5, search: '' })
  const [picture] = library.generations.some(rows.flatMap((row) => row.pictures.map((listed) => listed.id)))
  expect(picture).toMatchObject({ job: id, tookMs: 20, frames: [{ index: 0 }, { index: 1, r: 0 }] })
  // The last state is the picture itself; the others have files of their own.
  expect(picture?.frames.map(({ image }) => image)).toEqual([`${picture?.id}.0`, picture?.id])
  expect(library.queue.get(id)).toMatchObject({ state: 'running', made: [picture?.id] })
  draw(one, 1)
  one.end({ is: 'finished' })
  await settled()
  expect(library.queue.get(id).state).toBe('done')
  expect(library.timings.estimate({ ...recipe, model: card.sha256, count: 1 }).learned).toBe(true)
})

test('the window hears of it in order', async () => {
  await runner.start(recipe, 1, false)
  const one = await job(0)
  draw(one, 0)
  one.end({ is: 'finished' })
  await settled()
  const order = log.filter((name, i) => name !== 'queue/changed' || log[i - 1] !== 'queue/changed')
  expect(order).toEqual([
    'queue/changed',
    'job/started',
    'generate/step',
    'generate/step',
    'generate/done',
    'history/changed',
    'queue/changed',
    'job/done',
    'queue/changed',
  ])
  expect(payloads['queue/changed']).toEqual({ jobs: [], owner: null })
})

test('one job at a time; the next is drawn whatever became of the last', async () => {
  const crashed: Failure = { code: 'engine-crashed', message: 'It stopped.', remedy: 'Again.' }
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  const one = await job(0)
  await settled()
  expect(begun).toHaveLength(1)
  one.end({ is: 'failed', failure: crashed, died: true })
  expect((await job(1)).job).toBe(second)
  expect(library.queue.get(first)).toMatchObject({ state: 'interrupted', failure: crashed })
  expect(payloads['job/failed']).toEqual({ job: first, failure: crashed })
})

test('a job that waits is cancelled without the engine, one that runs through it', async () => {
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  await job(0)
  runner.cancel(second)
  expect(library.queue.get(second).state).toBe('cancelled')
  runner.cancel(first)
  await settled()
  expect(library.queue.get(first).state).toBe('cancelled')
  expect(begun).toHaveLength(1)
})

test('a recipe that the model cannot draw is refused before it is queued', async () => {
  await expect(runner.start({ ...recipe, width: 100 }, 1, false)).rejects.toMatchObject({
    failure: { code: 'bad-input', field: 'width' },
  })
  expect(library.queue.live()).toEqual([])
})

test('a picture that cannot be kept ends its job with the reason', async () => {
  const id = await runner.start(recipe, 1, false)
  const one = await job(0)
  const [order] = one.task.pictures
  // The same id twice: the database refuses, as it would when the disk is full.
  draw(one, 0)
  one.news({ is: 'made', picture: 0, recipe, cost: { onceMs: 1, passMs: 2, stepMs: 3, tookMs: 20 } })
  await settled()
  expect(library.queue.get(id).state).toBe('failed')
  expect(existsSync(order?.file ?? '')).toBe(true)
})

test('after a crash of the studio what ran is interrupted, what waited is drawn', async () => {
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  await job(0)
  // The old runner is never heard of again.
  const later = makeRunner(library)
  later.resume()
  expect((await job(1)).job).toBe(second)
  expect(library.queue.get(first)).toMatchObject({ state: 'interrupted', failure: { code: 'interrupted' } })
})

test('closing marks what runs, and begins nothing more', async () => {
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  const one = await job(0)
  runner.close()
  one.end({ is: 'failed', failure: { code: 'engine-crashed', message: 'm', remedy: 'r' }, died: true })
  await settled()
  expect(library.queue.get(first).state).toBe('interrupted')
  expect(library.queue.get(second).state).toBe('waiting')
  expect(begun).toHaveLength(1)
})
