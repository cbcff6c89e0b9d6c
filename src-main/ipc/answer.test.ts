import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { requestNames, requests, type RequestName } from '#shared/ipc/contract'
import { Failure, FailureError } from '#shared/ipc/failure'
import { GenerationId } from '#shared/schema/id'
import { defaultSettings } from '#shared/schema/settings'
import { LibraryCare } from '../engine-host/library-care'
import { PictureExchange } from '../engine-host/picture-exchange'
import { QueueRunner, type Emit } from '../engine-host/queue-runner'
import { Bin } from '../library/bin'
import { Library } from '../library/library'
import { newId } from '../library/new-id'
import { answer, type Handlers } from './answer'
import { ChosenPaths } from './chosen-paths'
import { adapterHandlers } from './handlers/adapters'
import { downloadHandlers } from './handlers/downloads'
import { deviceHandlers } from './handlers/devices'
import { engineHandlers } from './handlers/engine'
import { generateHandlers } from './handlers/generate'
import { historyHandlers } from './handlers/history'
import { libraryHandlers } from './handlers/library'
import { liveHandlers } from './handlers/live'
import { pictureHandlers, type Desktop } from './handlers/pictures'
import { modelWorkHandlers } from './handlers/model-work'
import { promptHandlers } from './handlers/prompt'
import { settingsHandlers } from './handlers/settings'
import { startHandlers } from './handlers/start'
import { randomPayload, seeded } from '../../test/support/random-payload'

const noModel = async (): Promise<never> =>
  Promise.reject(new FailureError({ code: 'not-found', what: 'model', message: 'No model.', remedy: 'Choose another.' }))
const never = async (): Promise<never> => new Promise(() => undefined)

/** A desk and a desktop on which nothing is found and nothing chosen. */
const desk = {
  export: async () => Promise.resolve(),
  recipeIn: async () => Promise.resolve({ kind: 'none' as const, why: 'It is empty.' }),
  recipeInText: async () => Promise.resolve({ kind: 'none' as const, why: 'It is empty.' }),
}
const desktop: Desktop = {
  chooseFile: async () => Promise.resolve(null),
  chooseFolder: async () => Promise.resolve(null),
  reveal: () => undefined,
  copy: async () => Promise.resolve(),
  drag: () => undefined,
  paste: async () => Promise.resolve(null),
}

let root: string
let library: Library
let handlers: Handlers
let told: string[]

beforeAll(() => {
  const chosen = new ChosenPaths()
  root = mkdtempSync(join(tmpdir(), 'tim-ipc-'))
  library = Library.open(root, 'the test')
  const emit: Emit = (name) => void told.push(name)
  const bin = new Bin(library, async () => Promise.resolve())
  // No model is installed, so that no job ever comes to the engine.
  const queue = new QueueRunner(library, { run: never, cancel: () => undefined }, { modelFor: noModel }, emit)
  handlers = {
    'app/open-folder': () => undefined,
    'app/info': () => ({ version: '1', electron: '33', platform: 'linux', dataFolder: root }),
    ...settingsHandlers(library, () => told.push('settings')),
    ...historyHandlers(library, bin, emit),
    ...generateHandlers(queue),
    ...pictureHandlers(library, new PictureExchange(library, desk), desk, desktop, chosen),
    ...libraryHandlers(new LibraryCare({ library, desk, bin, queue, emit })),
    ...liveHandlers({ draw: noModel }, library),
    ...engineHandlers(
      { state: { is: 'ready', providers: ['cpu'] }, restart: () => void told.push('restart') },
      { cards: async () => Promise.resolve([]), named: noModel },
      library,
    ),
    ...downloadHandlers(
      {
        state: { is: 'none' },
        plan: async () => Promise.reject(new FailureError({ code: 'network', message: 'No network.', remedy: 'Connect.' })),
        start: () => undefined,
        cancel: () => undefined,
      },
      { objection: null, has: () => false, keep: () => undefined, forget: () => undefined },
      chosen,
      async () => Promise.resolve('/chosen'),
    ),
    ...deviceHandlers({
      view: { processor: 'a processor', cores: 2, memoryBytes: 1e9, testing: false, verdicts: [] },
      test: async () => Promise.resolve(),
    }),
    ...promptHandlers({ named: noModel }, { promptLength: never }),
    ...adapterHandlers(
      library,
      {
        named: async () =>
          Promise.reject(new FailureError({ code: 'not-found', what: 'model', message: 'No.', remedy: 'Choose.' })),
      },
      async () => Promise.reject(new Error('no adapter')),
      chosen,
    ),
    ...startHandlers(library, async () => Promise.reject(new Error('no picture')), chosen),
    ...modelWorkHandlers(
      {
        state: { is: 'none' },
        import: () => void told.push('import'),
        verify: async () => Promise.resolve(),
        remove: async () => Promise.resolve(),
        cancel: () => undefined,
      },
      chosen,
      async () => Promise.resolve(['/chosen/files']),
    ),
  }
})
afterAll(() => {
  library.close()
  rmSync(root, { recursive: true })
})
beforeEach(() => {
  told = []
})

const ask = async (name: RequestName, raw: unknown): ReturnType<typeof answer> => answer(handlers, name, raw, root)

test('a request that holds is answered', async () => {
  expect(await ask('settings/get', undefined)).toEqual({ ok: true, value: defaultSettings })
  expect(await ask('settings/set', { theme: 'dark' })).toMatchObject({ ok: true, value: { theme: 'dark' } })
  expect(told).toEqual(['settings'])
})

test('what the page sends is never more than the contract allows', async () => {
  await ask('settings/set', { theme: 'dark', version: 9, constructor: 'x', extra: 'x'.repeat(1000) })
  expect(Object.keys(library.settings.get()).sort()).toEqual(Object.keys(defaultSettings).sort())
})

test.each([
  ['generate/start', { recipe: { steps: 0 }, count: 1 }, 'bad-input'],
  ['generate/cancel', { job: '../../etc/passwd' }, 'bad-input'],
  ['history/get', { id: newId() }, 'not-found'],
  ['history/delete', { ids: [] }, 'bad-input'],
  [
    'estimate/time',
    { model: 'm', width: Number.NaN, height: 1, steps: 1, cfg: { scale: 1, low: 0, high: 1 }, count: 1 },
    'bad-input',
  ],
  ['settings/get', { not: 'nothing' }, 'bad-input'],
  ['settings/set', { mirror: 'file:///etc' }, 'bad-input'],
  ['downloads/plan', { model: 'tim-t2i', local: { text: '/etc' } }, 'bad-input'],
  ['downloads/plan', { model: 'tim-t2i', local: {} }, 'network'],
] as const)('%s with %j fails with a remedy', async (name, raw, code) => {
  const result = await ask(name, raw)
  expect(result).toMatchObject({ ok: false, failure: { code, remedy: expect.stringMatching(/\w/) } })
})

test('a folder is accepted once the user has chosen it', async () => {
  expect(await ask('downloads/choose-folder', undefined)).toEqual({ ok: true, value: { folder: '/chosen' } })
  const plan = await ask('downloads/plan', { model: 'tim-t2i', local: { text: '/chosen' } })
  expect(plan).toMatchObject({ ok: false, failure: { code: 'network' } })
})

test('a token that is none is not repeated', async () => {
  const result = await ask('token/set', { token: 'secret of another kind' })
  expect(result).toMatchObject({ ok: false, failure: { code: 'bad-input', field: 'token' } })
  expect(JSON.stringify(result)).not.toContain('secret')
})

describe('a handler that goes wrong', () => {
  const broken = async (error: unknown): ReturnType<typeof answer> =>
    answer(
      {
        ...handlers,
        'engine/restart': () => {
          throw error
        },
      },
      'engine/restart',
      undefined,
      root,
    )

  test('passes its failure on', async () => {
    const failure: Failure = { code: 'out-of-memory', message: 'm', remedy: 'r' }
    expect(await broken(new FailureError(failure))).toEqual({ ok: false, failure })
  })

  test.each([
    [Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'disk-full'],
    [Object.assign(new Error('denied'), { code: 'EACCES' }), 'not-writable'],
    [Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' }), 'in-use'],
    [Object.assign(new Error('bad'), { code: 'SQLITE_CORRUPT' }), 'library-broken'],
    [new Error('what?'), 'internal'],
    ['thrown text', 'internal'],
  ])('%s becomes %s', async (error, code) => {
    expect(await broken(error)).toMatchObject({ ok: false, failure: { code, remedy: expect.stringMatching(/\w/) } })
  })

  test('an answer that breaks the contract does not reach the page', async () => {
    const wrong = { ...handlers, 'queue/list': () => ({ jobs: 'many' }) } as unknown as Handlers
    expect(await answer(wrong, 'queue/list', undefined, root)).toMatchObject({ ok: false, failure: { code: 'internal' } })
  })
})

test('random payloads: every answer is one that the contract allows, and the library stays whole', async () => {
  const rounds = process.env['TIM_TEST_LONG'] ? 100_000 : 4000
  const random = seeded(20_260_512)
  const id = GenerationId.parse(newId())
  for (let round = 0; round < rounds; round++) {
    const name = requestNames[Math.floor(random() * requestNames.length)] ?? 'app/info'
    const raw = randomPayload(random, requests[name].input, [id, '', 'starter', '../x', '\u0000'])
    const result = await ask(name, raw)
    if (result.ok) expect(requests[name].output.safeParse(result.value).success, `${name} ${JSON.stringify(raw)}`).toBe(true)
    else expect(Failure.safeParse(result.failure).success, `${name} ${JSON.stringify(raw)}`).toBe(true)
    if (!result.ok)
      expect(result.failure.code, `${name} ${JSON.stringify(raw)}: ${result.failure.detail ?? ''}`).not.toBe('internal')
  }
  expect(library.history.page({ cursor: null, pictures: 10, search: '' })).toEqual({ rows: [], next: null, total: 0 })
}, 120_000)
