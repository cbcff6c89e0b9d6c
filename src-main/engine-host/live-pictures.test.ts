import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GenerateTask } from '#shared/engine/protocol'
import { ImageId } from '#shared/schema/id'
import type { ModelCard } from '#shared/schema/model'
import type { Recipe } from '#shared/schema/recipe'
import { anyRecipe } from '../../test/support/any-generation'
import { Library } from '../library/library'
import type { Ending } from './engine-host'
import { EngineTurns } from './engine-turns'
import { LivePictures } from './live-pictures'

const recipe: Recipe = { ...anyRecipe, model: { name: 'm', sha256: 'a'.repeat(64) }, prompt: 'fox', steps: 1, seed: 1 }
const card = { title: 'M', kind: 'text', factor: 16, minSide: 64, maxSide: 256 } as ModelCard

let root: string
let library: Library
let ending: Ending

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-live-'))
  library = Library.open(root, 'the test')
  ending = { is: 'finished' }
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

const run = async (_: unknown, { pictures }: GenerateTask): Promise<Ending> => {
  const file = pictures[0]?.file ?? ''
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'png')
  return Promise.resolve(ending)
}
const shelf = { modelFor: async () => Promise.resolve({ folder: '/m', card }) }
const turnsOf = (): EngineTurns => new EngineTurns({ run, cancel: () => undefined })

test('a live picture is a file that can be shown, and no entry of the history; old ones go', async () => {
  const live = new LivePictures(library, turnsOf(), shelf)
  const images: ImageId[] = []
  for (let i = 0; i < 4; i++) {
    const answer = await live.draw(recipe)
    if (answer.is === 'drawn') images.push(answer.image)
  }
  expect(images.map((image) => existsSync(library.files.fileOf(ImageId.parse(image))))).toEqual([false, false, true, true])
  expect(library.history.page({ cursor: null, pictures: 5, search: '' }).total).toBe(0)
})

test('while the engine draws something else it says so at once', async () => {
  const turns = turnsOf()
  const live = new LivePictures(library, turns, shelf)
  const [first, second] = [live.draw(recipe), live.draw({ ...recipe, seed: 2 })]
  expect((await second).is).toBe('busy')
  expect((await first).is).toBe('drawn')
})

test('what cannot be drawn is told', async () => {
  const live = new LivePictures(library, turnsOf(), shelf)
  await expect(live.draw({ ...recipe, width: 100 })).rejects.toMatchObject({ failure: { field: 'width' } })
  ending = { is: 'failed', failure: { code: 'out-of-memory', message: 'm', remedy: 'r' }, died: false }
  await expect(live.draw(recipe)).rejects.toMatchObject({ failure: { code: 'out-of-memory' } })
})
