import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Generation } from '#shared/schema/generation'
import { anyGeneration, anyRecipe } from '../../test/support/any-generation'
import { recipeInFile, writePictureFile } from '../../test/support/picture-file'
import { Library } from './library'
import { reconcile, type Reconciled } from './reconcile'

let root: string
let library: Library

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-reconcile-'))
  library = Library.open(root, 'the test')
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

/** The files of a picture that was made an hour and a bit ago. */
async function files(one: Generation): Promise<string> {
  const { file, frames } = library.files.prepare(one.id)
  await writePictureFile(file, one.recipe)
  writeFileSync(join(frames, '0.png'), 'frame')
  for (const path of [file, frames]) utimesSync(path, Date.now() / 1000 - 4000, Date.now() / 1000 - 4000)
  return file
}

const run = async (signal = new AbortController().signal): Promise<Reconciled> => reconcile(library, recipeInFile, signal)

test('a file without an entry is read back in from the recipe that it carries', async () => {
  const [known, orphan] = [anyGeneration(), anyGeneration({ prompt: 'an orphan', seed: 99 })]
  for (const one of [known, orphan]) await files(one)
  library.generations.add(known)
  expect(await run()).toEqual({ adopted: [orphan.id], lost: [], found: 0, unreadable: [] })
  expect(library.generations.get(orphan.id)).toMatchObject({ recipe: orphan.recipe, starred: false })
  expect(library.history.page({ cursor: null, pictures: 9, search: 'orphan' }).total).toBe(1)
  // Its frames stay with it.
  expect(existsSync(library.files.framesOf(orphan.id))).toBe(true)
  expect((await run()).adopted).toEqual([])
})

test('an entry without a file is kept and not shown, until the file is there again', async () => {
  const [stays, goes] = [anyGeneration(), anyGeneration({ prompt: 'gone' })]
  for (const one of [stays, goes]) {
    await files(one)
    library.generations.add(one)
  }
  rmSync(library.files.fileOf(goes.id))
  expect(await run()).toMatchObject({ lost: [goes.id], found: 0 })
  expect(library.history.page({ cursor: null, pictures: 9, search: '' }).total).toBe(1)
  expect(library.generations.lost().map(({ id }) => id)).toEqual([goes.id])
  await files(goes)
  expect(await run()).toMatchObject({ lost: [], found: 1 })
  expect(library.history.page({ cursor: null, pictures: 9, search: 'gone' }).total).toBe(1)
})

test('a file that is no picture of ours stays where it is and is told of', async () => {
  const one = anyGeneration(anyRecipe)
  const file = await files(one)
  writeFileSync(file, 'not a picture')
  utimesSync(file, 1, 1)
  expect(await run()).toMatchObject({ adopted: [], unreadable: [file] })
  expect(existsSync(file)).toBe(true)
})

test('files of a picture that may be on its way to its entry are left alone', async () => {
  const one = anyGeneration()
  const file = await files(one)
  utimesSync(file, Date.now() / 1000, Date.now() / 1000)
  utimesSync(library.files.framesOf(one.id), Date.now() / 1000, Date.now() / 1000)
  expect(await run()).toEqual({ adopted: [], lost: [], found: 0, unreadable: [] })
  expect(existsSync(library.files.framesOf(one.id))).toBe(true)
})

test('a deleted picture that is not in the trash yet does not come back', async () => {
  const one = anyGeneration()
  await files(one)
  library.generations.add(one)
  library.generations.remove([one.id])
  expect((await run()).adopted).toEqual([])
})

test('old frames and latents of no picture go', async () => {
  const one = anyGeneration()
  rmSync(await files(one))
  mkdirSync(library.folders.unfinished)
  for (const name of ['old.f32', 'young.f32']) writeFileSync(join(library.folders.unfinished, name), 'latent')
  utimesSync(join(library.folders.unfinished, 'old.f32'), 1, 1)
  await run()
  expect(readdirSync(library.folders.unfinished)).toEqual(['young.f32'])
  expect(readdirSync(library.folders.frames)).toEqual([])
})

test('told to stop it stops, and the next time does the rest', async () => {
  const orphan = anyGeneration()
  await files(orphan)
  expect((await run(AbortSignal.abort())).adopted).toEqual([])
  expect((await run()).adopted).toEqual([orphan.id])
})
