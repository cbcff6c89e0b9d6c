import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { anyRecipe } from '../../../test/support/any-generation'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { codec } from './codec'
import { readExif, writeExif } from './exif'
import { findExif } from './exif-in-file'
import { exportPicture, writeThumbnail } from './export-picture'
import { picture } from './picture'
import { findRecipeInPicture } from './recipe-in-picture'
import { readPicture } from './read-picture'
import { savePicture } from './recipe-in-png'

const folder = temporaryFolder()
const recipe = { ...anyRecipe, prompt: 'ein rötlicher Fuchs 🦊, "quoted"', negativePrompt: 'blur' }
const source = join(folder, 'source.png')
/** A soft gradient, as in photographs. */
const rgb = Uint8Array.from({ length: 200 * 120 * 3 }, (_, i) => ((i / 3) % 200) + (i % 3) * 10)

await savePicture(source, picture(200, 120, rgb), recipe)

describe.each(['png', 'jpeg', 'webp'] as const)('a copy as %s', (format) => {
  const out = join(folder, `copy.${format}`)

  it('carries the whole recipe where it may', async () => {
    await exportPicture(source, out, { format, quality: 92, recipe })
    expect(findRecipeInPicture(out)).toEqual({ kind: 'whole', recipe })
    const sharp = await codec()
    expect(await sharp(out).metadata()).toMatchObject({ format, width: 200, height: 120 })
    const copy = await readPicture(out)
    const error = copy.rgb.reduce((sum, value, i) => sum + Math.abs(value - rgb[i]!), 0) / rgb.length
    expect(error).toBeLessThan(format === 'png' ? 1e-9 : 2.5)
  })

  it('says nothing of how it was made where it may not', async () => {
    await exportPicture(source, out, { format, quality: 80, recipe: null })
    expect(() => findRecipeInPicture(out)).toThrow(/carries no recipe|is no PNG/)
    expect(readFileSync(out).includes('Fuchs')).toBe(false)
    expect(readFileSync(out).includes('tim-recipe')).toBe(false)
  })
})

it('reads the text that other programs leave in a JPEG', async () => {
  const sharp = await codec()
  const said = 'a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768'
  const file = join(folder, 'theirs.jpg')
  const plain = { create: { width: 8, height: 8, channels: 3 as const, background: 'red' } }
  await sharp(plain)
    .withExif({ IFD2: { UserComment: said } })
    .jpeg()
    .toFile(file)
  expect(findRecipeInPicture(file)).toMatchObject({
    kind: 'partial',
    recipe: { prompt: 'a cat', steps: 20, seed: 42, width: 512 },
  })
})

it('reads EXIF texts in both byte orders, and nothing out of damaged blocks', () => {
  const block = writeExif('{"a":1}', 'ünïcode 🦊')
  expect(readExif(block)).toEqual({ description: '{"a":1}', comment: 'ünïcode 🦊' })
  const random = seededRandom(3)
  for (let i = 0; i < rounds(300, 20_000); i++) expect(() => readExif(mutate(block, random))).not.toThrow()
})

it('finds no block in damaged files, and never fails over them', async () => {
  const random = seededRandom(4)
  for (const format of ['jpeg', 'webp'] as const) {
    const out = join(folder, `damaged.${format}`)
    await exportPicture(source, out, { format, quality: 60, recipe })
    const whole = readFileSync(out)
    for (let i = 0; i < rounds(100, 5000); i++) expect(() => findExif(mutate(whole, random))).not.toThrow()
  }
})

it('makes small pictures of the same proportions, and leaves smaller ones as they are', async () => {
  const out = join(folder, 'thumb', 'a.webp')
  await writeThumbnail(source, out, 100)
  expect(await readPicture(out)).toMatchObject({ width: 100, height: 60 })
  await writeThumbnail(source, out, 400)
  expect(await readPicture(out)).toMatchObject({ width: 200, height: 120 })
})

it('refuses what is no picture by name', async () => {
  const file = join(folder, 'none.png')
  writeFileSync(file, 'not a picture')
  await expect(exportPicture(file, join(folder, 'x.png'), { format: 'png', quality: 1, recipe: null })).rejects.toMatchObject({
    code: 'picture.format',
  })
})
