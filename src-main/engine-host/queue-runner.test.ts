import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
        .findLast((one) => one.job === job)
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
    'queue/progress',
    'job/started',
    'generate/step',
    'generate/step',
    'generate/done',
    'history/changed',
    'queue/changed',
    'queue/progress',
    'job/done',
    'queue/changed',
  ])
  expect(payloads['queue/changed']).toEqual({ jobs: [], waiting: 0, paused: false, owner: null })
  expect(payloads['queue/progress']).toMatchObject({ share: 1, step: 2, steps: 2, leftMs: 0 })
})

const crashed: Failure = { code: 'engine-crashed', message: 'It stopped.', remedy: 'Again.' }

/** Stores the state after step `index` of a picture, as the engine does. */
function store({ task }: Begun, picture: number, index: number): void {
  const folder = library.states.folderOf(task.pictures[picture]?.generation ?? fail())
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${index}.f16`), 'state')
}

const fail = (): never => {
  throw new Error('no picture')
}

const stepOf = (picture: number, index: number, of: number): JobNews => ({
  is: 'step',
  picture,
  index,
  of,
  t: 1 - index / of,
  r: 1 - (index + 1) / of,
  ms: 5,
  shown: true,
})

test('one job at a time; the next is drawn whatever became of the last', async () => {
  const broken: Failure = { code: 'out-of-memory', message: 'Too big.', remedy: 'Smaller.' }
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  const one = await job(0)
  await settled()
  expect(begun).toHaveLength(1)
  one.end({ is: 'failed', failure: broken, died: false })
  expect((await job(1)).job).toBe(second)
  expect(library.queue.get(first)).toMatchObject({ state: 'failed', failure: broken })
  expect(payloads['job/failed']).toEqual({ job: first, failure: broken })
})

test('a job that lost its engine goes on from its last stored state, once', async () => {
  const eight = { ...recipe, steps: 8 }
  const id = await runner.start(eight, 2, false)
  const second = await runner.start(recipe, 1, false)
  const one = await job(0)
  draw(one, 0)
  one.news({ is: 'begun', picture: 1 })
  for (const index of [0, 1, 2]) {
    one.news(stepOf(1, index, 8))
    store(one, 1, index)
  }
  one.end({ is: 'failed', failure: crashed, died: true })
  const again = await job(1)
  expect(again.job).toBe(id)
  expect(payloads['job/note']).toMatchObject({ job: id, text: expect.stringContaining('goes on with the picture') })
  // The second picture, from the state after its third step: five steps are left.
  expect(again.task).toMatchObject({
    recipe: { version: 2, steps: 5, from: { legs: [{ steps: 8, taken: 3, imageIndex: 4 }] } },
    state: join(library.states.folderOf(one.task.pictures[1]?.generation ?? fail()), '2.f16'),
  })
  expect(again.task.pictures.map(({ imageIndex }) => imageIndex)).toEqual([4])
  again.end({ is: 'failed', failure: crashed, died: true })
  // Never a third time.
  expect((await job(2)).job).toBe(second)
  expect(library.queue.get(id)).toMatchObject({ state: 'interrupted', failure: crashed, attempts: 2 })
})

test('what is left of a job after its resumed picture is drawn as ever', async () => {
  const id = await runner.start({ ...recipe, steps: 8 }, 3, false)
  const one = await job(0)
  one.news({ is: 'begun', picture: 0 })
  one.news(stepOf(0, 0, 8))
  store(one, 0, 0)
  one.end({ is: 'failed', failure: crashed, died: true })
  const resumed = await job(1)
  draw(resumed, 0)
  resumed.end({ is: 'finished' })
  const rest = await job(2)
  expect(rest.task.recipe).toEqual({ ...recipe, steps: 8 })
  expect(rest.task.pictures.map(({ imageIndex }) => imageIndex)).toEqual([4, 5])
  for (const picture of [0, 1]) draw(rest, picture)
  rest.end({ is: 'finished' })
  await settled()
  expect(library.queue.get(id)).toMatchObject({ state: 'done', made: { length: 3 } })
})

test('cancelled in the middle, a picture of the last state is kept; cancelled twice, none is', async () => {
  for (const again of [false, true]) {
    const from = begun.length
    const id = await runner.start({ ...recipe, steps: 8 }, 1, false)
    const one = await job(from)
    one.news({ is: 'begun', picture: 0 })
    for (const index of [0, 1, 2, 3]) one.news(stepOf(0, index, 8))
    store(one, 0, 3)
    runner.cancel(id)
    const last = await job(from + 1)
    expect(last.task.recipe).toMatchObject({ steps: 1, from: { legs: [{ steps: 8, taken: 4 }] } })
    if (again) runner.cancel(id)
    else {
      last.news({ is: 'begun', picture: 0 })
      last.news(stepOf(0, 0, 1))
      last.news({ is: 'made', picture: 0, recipe: last.task.recipe, cost: { onceMs: 1, passMs: 2, stepMs: 3, tookMs: 20 } })
    }
    last.end({ is: 'finished' })
    await settled()
    expect(library.queue.get(id)).toMatchObject({ state: 'cancelled', made: { length: again ? 0 : 1 } })
  }
})

test('paused, the running job waits and goes on from where it was; nothing else begins', async () => {
  const id = await runner.start({ ...recipe, steps: 8 }, 1, false)
  const one = await job(0)
  one.news({ is: 'begun', picture: 0 })
  one.news(stepOf(0, 0, 8))
  store(one, 0, 0)
  runner.pause(true)
  await settled()
  await runner.start(recipe, 1, false)
  expect(begun).toHaveLength(1)
  expect(library.queue.get(id)).toMatchObject({ state: 'waiting', attempts: 0 })
  expect(payloads['queue/changed']).toMatchObject({ paused: true, jobs: [{ id }, {}] })
  // Also after a restart.
  makeRunner(library).resume()
  await settled()
  expect(begun).toHaveLength(1)
  runner.pause(false)
  const resumed = await job(1)
  expect(resumed.task.recipe).toMatchObject({ steps: 7, from: { legs: [{ steps: 8, taken: 1 }] } })
  // Paused again on the way: the way that is gone on with is the second one.
  resumed.news({ is: 'begun', picture: 0 })
  resumed.news(stepOf(0, 0, 7))
  store(resumed, 0, 0)
  runner.pause(true)
  await settled()
  runner.pause(false)
  expect((await job(2)).task.recipe).toMatchObject({
    steps: 6,
    from: {
      legs: [
        { steps: 8, taken: 1 },
        { steps: 7, taken: 1 },
      ],
    },
  })
})

test('a picture that was finished is not gone on with in the next one’s place', async () => {
  await runner.start({ ...recipe, steps: 8 }, 2, false)
  const one = await job(0)
  store(one, 0, 3)
  draw(one, 0)
  one.end({ is: 'failed', failure: crashed, died: true })
  const again = await job(1)
  expect(again.task.recipe).toEqual({ ...recipe, steps: 8 })
  expect(again.task.pictures.map(({ imageIndex }) => imageIndex)).toEqual([4])
})

test('a window that was loaded anew can ask for what is forming', async () => {
  expect(runner.forming()).toBeNull()
  const id = await runner.start(recipe, 1, false)
  const one = await job(0)
  one.news({ is: 'begun', picture: 0 })
  one.news(stepOf(0, 0, 2))
  expect(runner.forming()).toMatchObject({ job: id, picture: 0, of: 1, done: 1, steps: 2, frames: [{ index: 0 }] })
})

test('those that wait are put in another order and cancelled together', async () => {
  await runner.start(recipe, 1, false)
  await job(0)
  const ids = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  const waiting = (): JobId[] =>
    runner
      .view()
      .jobs.slice(1)
      .map(({ id }) => id)
  const [a, b, c] = ids as [JobId, JobId, JobId]
  runner.move(c, a)
  expect(waiting()).toEqual([c, a, b])
  runner.move(c, null)
  expect(waiting()).toEqual([a, b, c])
  // Halving the distance again and again ends at neighbouring numbers, not at a wrong order.
  for (let n = 0; n < 60; n++) library.queue.move(n % 2 === 0 ? c : b, n % 2 === 0 ? b : c)
  expect(waiting()).toEqual([a, b, c])
  runner.clear()
  expect(runner.view()).toMatchObject({ jobs: [{ state: 'running' }], waiting: 0 })
})

test('what was drawn while the machine slept teaches nothing', async () => {
  const wanted = { ...recipe, model: card.sha256, count: 1 }
  await runner.start(recipe, 1, false)
  const one = await job(0)
  one.news({ is: 'begun', picture: 0 })
  runner.woke()
  one.news({ is: 'made', picture: 0, recipe, cost: { onceMs: 1, passMs: 9e9, stepMs: 3, tookMs: 9e9 } })
  expect(library.timings.estimate(wanted).learned).toBe(false)
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

test('after a crash of the studio what ran goes on first, and is given up after the second', async () => {
  const [first, second] = [await runner.start(recipe, 1, false), await runner.start(recipe, 1, false)]
  await job(0)
  // The old runners are never heard of again.
  makeRunner(library).resume()
  expect((await job(1)).job).toBe(first)
  makeRunner(library).resume()
  expect((await job(2)).job).toBe(second)
  expect(library.queue.get(first)).toMatchObject({ state: 'interrupted', failure: { code: 'interrupted' } })
})

test('closed, what runs waits for the next start, however often that happens', async () => {
  const id = await runner.start(recipe, 1, false)
  await runner.start(recipe, 1, false)
  for (let start = 0; start < 4; start++) {
    const one = await job(start)
    expect(one.job).toBe(id)
    runner.close()
    one.end({ is: 'failed', failure: crashed, died: true })
    await settled()
    expect(library.queue.get(id)).toMatchObject({ state: 'waiting', attempts: 0 })
    runner = makeRunner(library)
    runner.resume()
  }
  expect((await job(4)).job).toBe(id)
})
