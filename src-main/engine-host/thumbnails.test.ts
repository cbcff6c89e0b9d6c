import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { GenerationId } from '#shared/schema/id'
import { writePictureFile } from '../../test/support/picture-file'
import { anyRecipe } from '../../test/support/any-generation'
import { newId } from '../library/new-id'
import { Thumbnails } from './thumbnails'

const folder = mkdtempSync(join(tmpdir(), 'tim-thumbnails-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = {
  fileOf: (id: string) => join(folder, `${id}.png`),
  thumbnailOf: (id: string) => join(folder, `${id}.webp`),
}
const anyId = (): GenerationId => GenerationId.parse(newId())

test('a large picture gets a copy once, however often it is asked for at the same time', async () => {
  let made = 0
  const desk = {
    thumbnail: async (_: string, out: string) => {
      made++
      return Promise.resolve(writeFileSync(out, 'small'))
    },
  }
  const thumbnails = new Thumbnails(files, desk)
  const id = anyId()
  await writePictureFile(files.fileOf(id), anyRecipe, 300)
  const asked = await Promise.all([1, 2, 3].map(async () => thumbnails.smallFileOf(id)))
  expect(new Set(asked)).toEqual(new Set([files.thumbnailOf(id)]))
  expect(await thumbnails.smallFileOf(id)).toBe(files.thumbnailOf(id))
  expect(made).toBe(1)
})

test('a small picture serves itself, and so does one of which no copy can be made', async () => {
  const thumbnails = new Thumbnails(files, { thumbnail: async () => Promise.reject(new Error('no')) })
  const [small, large, gone] = [anyId(), anyId(), anyId()]
  await writePictureFile(files.fileOf(small), anyRecipe, 256)
  await writePictureFile(files.fileOf(large), anyRecipe, 257)
  for (const id of [small, large, gone]) expect(await thumbnails.smallFileOf(id)).toBe(files.fileOf(id))
})
