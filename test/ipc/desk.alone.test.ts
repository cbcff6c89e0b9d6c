import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Desk } from '../../src-main/engine-host/desk'
import { forkChild } from '../../src-main/engine-host/fork-child'
import { anyRecipe } from '../support/any-generation'
import { writePictureFile } from '../support/picture-file'
import { temporaryFolder } from '../support/temporary-folder'

/** The built desk in a process of its own. */
const entry = resolve('out/engine/desk.js')
if (!existsSync(entry)) throw new Error(`${entry} is not built: npm test builds it before the tests run.`)
const folder = temporaryFolder()
const file = join(folder, 'a.png')
let pid: number | undefined
const desk = new Desk(() => {
  const child = forkChild<never>(entry, process.env)
  pid = child.pid
  return child
})
afterAll(() => desk.close())

test('it makes thumbnails and copies, and reads recipes back', async () => {
  await writePictureFile(file, anyRecipe, 300)
  const [small, copy] = [join(folder, 'small.webp'), join(folder, 'copy.jpg')]
  await desk.thumbnail(file, small, 64)
  expect(readFileSync(small).toString('latin1', 8, 12)).toBe('WEBP')
  await desk.export({ file, out: copy, format: 'jpeg', quality: 90, recipe: anyRecipe })
  expect(await desk.recipeIn(copy)).toEqual({ kind: 'whole', recipe: anyRecipe })
  writeFileSync(join(folder, 'text.txt'), 'a text')
  expect(await desk.recipeIn(join(folder, 'text.txt'))).toMatchObject({ kind: 'none', why: expect.stringContaining('no PNG') })
})

test('what cannot be read or written is a failure with a remedy, and the next question is answered', async () => {
  const missing = desk.recipeIn(join(folder, 'nowhere.png'))
  await expect(missing).rejects.toMatchObject({ failure: { code: 'file-broken', remedy: expect.stringMatching(/\w/) } })
  mkdirSync(join(folder, 'taken.webp'))
  await expect(desk.thumbnail(file, join(folder, 'taken.webp'), 64)).rejects.toMatchObject({
    failure: { remedy: expect.any(String) },
  })
  expect((await desk.recipeIn(file)).kind).toBe('whole')
})

test('a desk that is killed fails what it was asked, and the next question starts another', async () => {
  await desk.recipeIn(file)
  const first = pid
  const asked = desk.thumbnail(file, join(folder, 'late.webp'), 64)
  process.kill(first ?? 0, 'SIGKILL')
  await expect(asked).rejects.toMatchObject({ failure: { code: 'engine-crashed' } })
  expect((await desk.recipeIn(file)).kind).toBe('whole')
  expect(pid).not.toBe(first)
})
