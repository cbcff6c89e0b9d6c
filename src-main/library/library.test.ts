import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FailureError, type Failure } from '#shared/ipc/failure'
import type { Generation } from '#shared/schema/generation'
import { GenerationId, JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { defaultSettings } from '#shared/schema/settings'
import { failureOf } from './failure-of'
import { Library } from './library'
import { newId } from './new-id'
import { Sqlite } from './sqlite'

let root: string
let library: Library

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-library-'))
  library = Library.open(root, 'the test')
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true, force: true })
})

const recipe: Recipe = {
  version: 1,
  model: { name: 'starter', sha256: 'a'.repeat(64) },
  prompt: 'a red fox',
  negativePrompt: '',
  steps: 8,
  width: 128,
  height: 128,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 7,
  imageIndex: 0,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
}

const noon = new Date(2026, 4, 12, 12).getTime()
const DAY = 86_400_000

function generation(createdAt = noon, change: Partial<Recipe> = {}): Generation {
  const id = GenerationId.parse(newId())
  return {
    version: 1,
    id,
    job: JobId.parse(newId()),
    recipe: { ...recipe, ...change },
    frames: [],
    starred: false,
    createdAt,
    tookMs: 100,
  }
}

function failureIn(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error('nothing was thrown')
}

const search = (typed: string): string[] =>
  library.history.page({ cursor: null, pictures: 50, search: typed }).rows.map((row) => row.prompt)

describe('settings', () => {
  test('are the defaults until something is set, and survive reopening', () => {
    expect(library.settings.get()).toEqual(defaultSettings)
    library.settings.set({ theme: 'dark', draft: { ...defaultSettings.draft, prompt: 'half a thou' } })
    library.close()
    library = Library.open(root, 'the test')
    expect(library.settings.get()).toEqual({
      ...defaultSettings,
      theme: 'dark',
      draft: { ...defaultSettings.draft, prompt: 'half a thou' },
    })
  })

  test('a patch without a value leaves the value', () => {
    library.settings.set({ theme: 'light' })
    expect(library.settings.set({ theme: undefined, leftPanel: false })).toMatchObject({ theme: 'light', leftPanel: false })
  })
})

describe('history', () => {
  test('has one row per prompt and day, newest first', () => {
    const made = [
      generation(noon - DAY, { prompt: 'blue teapot' }),
      generation(noon, { prompt: 'a red fox' }),
      generation(noon + 1000, { prompt: 'blue teapot' }),
      generation(noon + 2000, { prompt: 'a red fox', imageIndex: 1 }),
    ]
    for (const one of made) library.generations.add(one)
    const { rows, next, total } = library.history.page({ cursor: null, pictures: 50, search: '' })
    expect(rows.map(({ day, prompt, pictures }) => [day, prompt, pictures.length])).toEqual([
      ['2026-05-12', 'a red fox', 2],
      ['2026-05-12', 'blue teapot', 1],
      ['2026-05-11', 'blue teapot', 1],
    ])
    expect(rows[0]?.pictures.map((picture) => picture.id)).toEqual([made[3]?.id, made[1]?.id])
    expect([next, total]).toEqual([null, 4])
  })

  test('pages follow each other without a gap or a repetition, newest first', () => {
    const made = Array.from({ length: 25 }, (_, n) => generation(noon + n * 1000, { prompt: `prompt ${n % 3}` }))
    for (const one of made) library.generations.add(one)
    for (const typed of ['', 'prompt']) {
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page = library.history.page({ cursor, pictures: 4, search: typed })
        const ids = page.rows.flatMap((row) => row.pictures.map(({ id }) => id))
        expect(ids.length).toBeLessThanOrEqual(4)
        seen.push(...[...ids].sort().reverse())
        cursor = page.next
      } while (cursor !== null)
      expect(seen).toEqual(made.map(({ id }) => id).reverse())
    }
  })

  test('a clock that goes back puts no new picture under older ones', () => {
    const [first, second] = [generation(noon), generation(noon - 3_600_000, { prompt: 'later, by an older clock' })]
    for (const one of [first, second]) library.generations.add(one)
    expect(search('')[0]).toBe('later, by an older clock')
  })

  test('a cursor that is no cursor starts from the beginning', () => {
    library.generations.add(generation())
    expect(library.history.page({ cursor: `'; DROP TABLE generations`, pictures: 5, search: '' }).rows).toHaveLength(1)
  })

  test('finds words by their beginning, without accents or case, and filters', () => {
    library.generations.add(generation(noon, { prompt: 'Café by the sea', steps: 4 }))
    library.generations.add(generation(noon, { prompt: 'a red fox "quoted" OR not', width: 256 }))
    expect(search('cafe')).toEqual(['Café by the sea'])
    expect(search('SEA caf')).toEqual(['Café by the sea'])
    expect(search('fox sea')).toEqual([])
    expect(search('nfe:4')).toEqual(['Café by the sea'])
    expect(search('size:256x128')).toEqual(['a red fox "quoted" OR not'])
    expect(search('model:START')).toHaveLength(2)
    expect(search('star:')).toEqual([])
    expect(search('fox nfe:4')).toEqual([])
  })

  test('filters by adapter and by day', () => {
    const ink = { name: 'Ink', sha256: 'b'.repeat(64), strength: 1 }
    library.generations.add(generation(noon, { prompt: 'with ink', adapters: [ink] }))
    library.generations.add(generation(noon - 2 * DAY, { prompt: 'older' }))
    library.generations.add(generation(Date.now(), { prompt: 'new' }))
    expect(search('lora:ink')).toEqual(['with ink'])
    expect(search('lora:')).toEqual(['with ink'])
    expect(search('date:2026-05-10')).toEqual(['older'])
    expect(search('date:2026-05')).toEqual(['older', 'with ink'])
    expect(search('date:2026-05-11..2026-05')).toEqual(['with ink'])
    expect(search('date:..2026-05-11')).toEqual(['older'])
    expect(search('date:today')).toEqual(['new'])
    // No day: it counts as a word.
    expect(search('date:soon')).toEqual([])
  })

  test.each(['"', '* OR "', 'NEAR(', ') AND', 'nfe:x', '-', 'a"b*^:()', '\u0000', '😀'])(
    'typed %j is never an error',
    (typed) => {
      library.generations.add(generation())
      expect(() => search(typed)).not.toThrow()
    },
  )
})

describe('generations', () => {
  test('stars, deletes, restores and purges', () => {
    const one = generation()
    library.generations.add(one)
    expect(library.generations.star(one.id, true).starred).toBe(true)
    expect(search('star:')).toHaveLength(1)
    library.generations.remove([one.id])
    expect(failureIn(() => library.generations.get(one.id)).code).toBe('not-found')
    expect(search('')).toEqual([])
    library.generations.restore([one.id])
    expect(library.generations.get(one.id)).toEqual({ ...one, starred: true })
  })

  test('one entry that cannot be read does not hide the others', () => {
    const good = generation()
    library.generations.add(good)
    const bad = generation()
    library.generations.add(bad)
    const db = new Sqlite(library.folders.database)
    db.run(`UPDATE generation_records SET json = '{"version":1' WHERE seq = (SELECT seq FROM generations WHERE id = ?)`, bad.id)
    db.close()
    expect(library.generations.some([good.id, bad.id])).toEqual([good])
    expect(failureIn(() => library.generations.get(bad.id)).code).toBe('library-broken')
  })
})

describe('prompts', () => {
  test('are kept once, counted, and listed by last use', () => {
    library.generations.add(generation(noon, { prompt: 'fox' }))
    library.generations.add(generation(noon + 1, { prompt: 'teapot' }))
    library.generations.add(generation(noon + 2, { prompt: 'fox' }))
    expect(library.prompts.list('', 10).map(({ text, uses }) => [text, uses])).toEqual([
      ['fox', 2],
      ['teapot', 1],
    ])
    library.generations.add(generation(noon, { prompt: 'nul\0 inside' }))
    expect(library.prompts.list('inside', 10).map(({ text }) => text)).toEqual(['nul  inside'])
    expect(library.prompts.list('tea', 10).map(({ text }) => text)).toEqual(['teapot'])
  })
})

describe('queue', () => {
  const add = (first = false): JobId =>
    library.queue.add({ id: JobId.parse(newId()), recipe, count: 2, createdAt: noon }, first).id

  test('runs in order, with those put first before the others', () => {
    const [a, b] = [add(), add()]
    const c = add(true)
    expect(library.queue.live().map(({ id }) => id)).toEqual([c, a, b])
    expect(library.queue.takeNext()).toMatchObject({ id: c, state: 'running', attempts: 1 })
    library.queue.made(c, generation().id)
    library.queue.end(c, 'done')
    expect(library.queue.live().map(({ id }) => id)).toEqual([a, b])
  })

  test('gives up what a dead owner left running twice', () => {
    const id = add()
    const failure: Failure = { code: 'interrupted', message: 'm', remedy: 'r' }
    library.queue.takeNext()
    expect(library.queue.takeBack(failure)).toMatchObject([{ id, state: 'waiting', attempts: 1 }])
    library.queue.takeNext()
    expect(library.queue.takeBack(failure)).toMatchObject([{ id, state: 'interrupted', failure }])
    expect(library.queue.takeNext()).toBeUndefined()
  })

  test('holds any number, and lists the first', () => {
    for (let n = 0; n < 300; n++) add()
    expect(library.queue.waiting()).toBe(300)
    expect(library.queue.live()).toHaveLength(200)
  })
})

describe('timings', () => {
  const wanted = { model: recipe.model.sha256, width: 128, height: 128, steps: 8, cfg: recipe.cfg, count: 2 }

  test('say nothing before the first picture, then what it took', () => {
    expect(library.timings.estimate(wanted)).toEqual({ learned: false })
    library.timings.learn(recipe, { onceMs: 20, passMs: 10, stepMs: 5 }, noon)
    // 20 + 15 passes of 10 + 8 steps of 5
    expect(library.timings.estimate(wanted)).toEqual({ learned: true, passMs: 10, pictureMs: 210, totalMs: 420 })
  })

  test('follow a change of speed, and scale to sizes never drawn', () => {
    for (let n = 0; n < 20; n++) library.timings.learn(recipe, { onceMs: 0, passMs: n < 10 ? 10 : 20, stepMs: 0 }, noon + n)
    const near = library.timings.estimate({ ...wanted, steps: 1, count: 1 })
    const far = library.timings.estimate({ ...wanted, steps: 1, count: 1, width: 256, height: 256 })
    expect(near.learned && near.pictureMs).toBeCloseTo(20, 0)
    expect(far.learned && far.pictureMs).toBeCloseTo(80, -1)
  })
})

describe('a library in trouble', () => {
  test('restores its backup when the database is damaged, and says so', () => {
    library.generations.add(generation(noon, { prompt: 'backed up' }))
    library.backUp()
    library.generations.add(generation(noon, { prompt: 'too late' }))
    library.close()
    writeFileSync(library.folders.database, 'no database at all'.repeat(500))
    for (const companion of ['-wal', '-shm']) rmSync(library.folders.database + companion, { force: true })
    library = Library.open(root, 'the test')
    expect(search('')).toEqual(['backed up'])
    expect(library.repair).toContain('backup took its place')
    expect(readdirSync(root).filter((name) => name.includes('damaged'))).toHaveLength(1)
  })

  test('notices damage deep inside when it is met, and restores the backup at the next start', () => {
    for (let n = 0; n < 400; n++) library.generations.add(generation(noon + n, { prompt: `picture ${n} ${'x'.repeat(300)}` }))
    library.backUp()
    library.close()
    const bytes = readFileSync(library.folders.database)
    // The first pages hold the tables' beginnings, which every start reads; the middle is read when it is asked for.
    bytes.fill(0xa5, bytes.length >> 2, (bytes.length >> 2) * 3)
    writeFileSync(library.folders.database, bytes)
    library = Library.open(root, 'the test')
    expect(library.repair).toBeNull()
    const met = failureIn(() => {
      try {
        for (const typed of ['', 'picture', 'star:']) library.history.page({ cursor: null, pictures: 500, search: typed })
        library.generations.removed()
      } catch (error) {
        throw new FailureError(failureOf(error, root))
      }
    })
    expect(met.code).toBe('library-broken')
    library.close()
    library = Library.open(root, 'the test')
    expect(library.repair).toContain('backup took its place')
    expect(library.history.page({ cursor: null, pictures: 1, search: '' }).total).toBe(400)
  })

  test('a full disk, a disk that may not be written to and a database in use are told as such, and nothing is lost', () => {
    const kept = generation()
    library.generations.add(kept)
    const other = new Sqlite(library.folders.database)
    const told = (work: () => unknown): string => {
      try {
        work()
        return 'nothing'
      } catch (error) {
        return failureOf(error, root).code
      }
    }
    const pages = Number(other.get('PRAGMA page_count')?.['page_count'])
    other.exec(`PRAGMA max_page_count = ${pages}`)
    const big = JSON.stringify({ x: 'x'.repeat(1_000_000) })
    expect(told(() => other.run(`INSERT INTO records (name, json) VALUES ('big', ?)`, big))).toBe('disk-full')
    other.exec('PRAGMA query_only = 1')
    expect(told(() => other.run(`INSERT INTO records (name, json) VALUES ('small', '1')`))).toBe('not-writable')
    other.exec('PRAGMA query_only = 0')
    other.exec('PRAGMA busy_timeout = 10')
    const writer = new Sqlite(library.folders.database)
    writer.transaction(() =>
      expect(told(() => other.run(`INSERT INTO records (name, json) VALUES ('small', '1')`))).toBe('in-use'),
    )
    writer.close()
    other.close()
    expect(library.generations.get(kept.id)).toEqual(kept)
  })

  test('starts anew without a backup and keeps the damaged file', () => {
    library.close()
    for (const companion of ['', '-wal', '-shm']) rmSync(library.folders.database + companion, { force: true })
    writeFileSync(library.folders.database, 'no database at all'.repeat(500))
    library = Library.open(root, 'the test')
    expect(library.repair).toContain('starts anew')
    const aside = readdirSync(root).find((name) => name.includes('damaged'))
    expect(readFileSync(join(root, aside ?? ''), 'utf8')).toContain('no database')
  })

  test('leaves a library of a newer studio alone', () => {
    const db = new Sqlite(library.folders.database)
    db.exec('PRAGMA user_version = 99')
    db.close()
    library.close()
    const failure = failureIn(() => Library.open(root, 'the test'))
    expect(failure).toMatchObject({ code: 'library-broken', message: expect.stringContaining('newer') })
    const again = new Sqlite(library.folders.database)
    expect(again.get('PRAGMA user_version')).toMatchObject({ user_version: 99 })
    again.exec('PRAGMA user_version = 2')
    again.close()
    library = Library.open(root, 'the test')
  })

  test('says so when the folder cannot be made', () => {
    writeFileSync(join(root, 'file'), '')
    const failure = failureIn(() => Library.open(join(root, 'file', 'inside'), 'the test'))
    expect(failure).toMatchObject({ code: 'not-writable', folder: join(root, 'file', 'inside') })
  })
})

test('two connections write in turn, and each sees that the other did', () => {
  const other = Library.open(root, 'the other')
  const before = library.dataVersion()
  other.generations.add(generation())
  expect(library.dataVersion()).not.toBe(before)
  library.generations.add(generation())
  expect(other.history.page({ cursor: null, pictures: 5, search: '' }).total).toBe(2)
  other.close()
})
