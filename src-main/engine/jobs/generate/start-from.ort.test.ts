import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GenerateTask, JobNews, StartFiles } from '#shared/engine/protocol'
import { encodeBitmap } from '#shared/mask/bitmap'
import { continuedFrom } from '#shared/schema/continue-recipe'
import { GenerationId } from '#shared/schema/id'
import { Recipe, type StartFrom } from '#shared/schema/recipe'
import type { PreviewChoice } from '#shared/schema/settings'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { picture, type Picture } from '../../images/picture'
import { encodePng } from '../../images/png-write'
import { readPicture } from '../../images/read-picture'
import { findRecipeInFile } from '../../images/recipe-in-png'
import { generate } from './generate'
import { listModels } from './list-models'
import { drawingParts } from './parts'

const WIDTH = 96
const HEIGHT = 64
const root = temporaryFolder()
const folder = join(root, 'model')
let recipe: Recipe

beforeAll(async () => {
  await writeTinyModel(folder)
  recipe = await recipeFor(folder)
})

async function recipeFor(model: string): Promise<Recipe> {
  const [found] = await listModels([{ folder: model, embedded: false }])
  if (found === undefined) throw new Error('no model')
  const { name, sha256, defaults, precision } = found.card
  return {
    version: 1,
    model: { name, sha256 },
    prompt: 'a fox',
    negativePrompt: '',
    steps: 3,
    width: WIDTH,
    height: HEIGHT,
    cfg: defaults.cfg,
    seed: 7,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity: 0,
    sampleType: 'transition',
    adapters: [],
    precision,
    provider: 'cpu',
  }
}

const parts = drawingParts()
let drawn = 0

interface Drawn {
  readonly file: string
  readonly frames: string
  readonly states: string
  readonly picture: Picture
  readonly bytes: Buffer
  readonly steps: readonly { readonly t: number; readonly r: number }[]
}

async function draw(
  wanted: Recipe,
  start?: StartFiles,
  { model = folder, state, preview }: { model?: string; state?: string; preview?: PreviewChoice } = {},
): Promise<Drawn> {
  const out = join(root, `out${drawn++}`)
  const order = { imageIndex: 0, file: join(out, '0.png'), frames: join(out, 'frames'), states: join(out, 'states') }
  const task: GenerateTask = {
    kind: 'generate',
    recipe: wanted,
    model,
    ...(start && { start }),
    ...(state !== undefined && { state }),
    ...(preview && { preview }),
    pictures: [{ generation: GenerationId.parse('01kb0000000000000000000100'), ...order }],
  }
  const news: JobNews[] = []
  for await (const one of generate(task, parts, new AbortController().signal)) news.push(one)
  const steps = news.flatMap((one) => (one.is === 'step' ? [{ t: one.t, r: one.r }] : []))
  return { ...order, picture: await readPicture(order.file), bytes: readFileSync(order.file), steps }
}

/** A file with its hash as its name. */
function kept(bytes: Uint8Array): { readonly file: string; readonly sha256: string } {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = join(root, 'starts', sha256)
  mkdirSync(join(root, 'starts'), { recursive: true })
  writeFileSync(file, bytes)
  return { file, sha256 }
}

const photo = picture(
  WIDTH,
  HEIGHT,
  Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 31 + Math.floor(i / (3 * WIDTH)) * 7) % 256),
)
const maskOf = (isSet: (x: number, y: number) => boolean, width = WIDTH, height = HEIGHT): Uint8Array => {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => Number(isSet(i % width, Math.floor(i / width))))
  return encodeBitmap({ width, height, pixels })
}

/** A recipe upon the photo, and its files. */
function upon(change: Partial<StartFrom>, maskBytes?: Uint8Array): [Recipe, StartFiles] {
  const image = kept(encodePng(photo))
  const mask = maskBytes && kept(maskBytes)
  const place = { x: 0, y: 0, width: WIDTH, height: HEIGHT }
  const start = { picture: image.sha256, place, strength: 1, feather: 0, ...change, ...(mask && { mask: mask.sha256 }) }
  // As it comes from anywhere: with its fields in their order.
  return [Recipe.parse({ ...recipe, version: 2, start }), { picture: image.file, ...(mask && { mask: mask.file }) }]
}

/** Pixels that differ, as `x,y`. */
function changed(a: Picture, b: Picture): { readonly x: number; readonly y: number }[] {
  const pixels = new Set<number>()
  a.rgb.forEach((value, i) => value !== b.rgb[i] && pixels.add(Math.floor(i / 3)))
  return [...pixels].map((i) => ({ x: i % a.width, y: Math.floor(i / a.width) }))
}

test('at full strength nothing of the picture is left; at less, all steps are taken from that time on', async () => {
  const plain = await draw(recipe)
  expect((await draw(...upon({}))).picture).toEqual(plain.picture)
  const half = await draw(...upon({ strength: 0.6 }))
  expect(half.steps.map(({ t }) => t)).toEqual([0.6, expect.closeTo(0.4, 12), expect.closeTo(0.2, 12)])
  expect(half.steps.at(-1)?.r).toBe(0)
  expect(changed(half.picture, plain.picture).length).toBeGreaterThan(1000)
})

describe('with a mask', () => {
  const inside = (x: number, y: number): boolean => x >= 40 && x < 60 && y >= 20 && y < 36
  const away = (x: number, y: number): number => Math.hypot(Math.max(40 - x, 0, x - 59), Math.max(20 - y, 0, y - 35))

  test.each([0, 5])('and a feather of %i the picture outside is the same to the bit, in every step too', async (feather) => {
    for (const strength of [1, 0.5]) {
      const { picture: made, frames } = await draw(...upon({ strength, feather }, maskOf(inside)), { preview: 'full' })
      const states = await Promise.all(readdirSync(frames).map(async (name) => readPicture(join(frames, name))))
      expect(states).toHaveLength(2)
      for (const state of [made, ...states]) {
        const where = changed(state, photo)
        expect(where.length).toBeGreaterThan(300)
        expect(where.filter(({ x, y }) => away(x, y) >= feather + 1)).toEqual([])
        expect(where.some(({ x, y }) => !inside(x, y))).toBe(feather > 0)
      }
    }
  })

  test('its own recipe makes it again, byte for byte', async () => {
    const [wanted, files] = upon({ strength: 0.7, feather: 3 }, maskOf(inside))
    const first = await draw(wanted, files)
    const own = findRecipeInFile(first.file)
    if (own.kind !== 'whole') throw new Error('no whole recipe')
    expect(own.recipe.start).toEqual(wanted.start)
    expect((await draw(own.recipe, files)).bytes.equals(first.bytes)).toBe(true)
  })

  test('continued from one of its states it still is, whether the state is there or computed again', async () => {
    const [wanted, files] = upon({ strength: 0.7, feather: 2 }, maskOf(inside))
    const first = await draw(wanted, files)
    const next = continuedFrom(wanted, 0, { prompt: 'a teapot', seed: 12, steps: 4 })
    const one = await draw(next, files, { state: join(first.states, '0.f16') })
    const other = await draw(next, files)
    expect(one.bytes.equals(other.bytes)).toBe(true)
    expect(one.steps[0]?.t).toBeCloseTo(0.7 * (2 / 3), 12)
    expect(changed(one.picture, photo).filter(({ x, y }) => away(x, y) >= 3)).toEqual([])
    expect(changed(one.picture, first.picture).length).toBeGreaterThan(100)
  })

  test.each([
    ['TrigFlow', 1.57, 0],
    ['EDM', 80, 0.01],
    ['VE_SDE', 100, 0.02],
  ])('on %s too, from its own time on', async (name, max, min) => {
    const model = join(root, name)
    cpSync(folder, model, { recursive: true })
    const manifest = join(model, 'model.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('OT_FM', name))
    const [{ start }, files] = upon({ strength: 0.5, feather: 1 }, maskOf(inside))
    const made = await draw({ ...(await recipeFor(model)), version: 2, ...(start && { start }) }, files, { model })
    expect(made.steps[0]?.t).toBeCloseTo(min + 0.5 * (max - min), 9)
    expect(changed(made.picture, photo).filter(({ x, y }) => away(x, y) >= 2)).toEqual([])
  })
})

test('a picture that does not fill the frame is kept, and what is missing is drawn to it', async () => {
  const place = { x: 30, y: -10, width: WIDTH, height: HEIGHT }
  const { picture: made } = await draw(...upon({ place, feather: 4 }))
  const held = (x: number, y: number): boolean => x >= 30 + 4 && y < HEIGHT - 10 - 4
  let checked = 0
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (!held(x, y)) continue
      checked++
      for (let c = 0; c < 3; c++) {
        expect(made.rgb[(y * WIDTH + x) * 3 + c]).toBe(photo.rgb[((y + 10) * WIDTH + x - 30) * 3 + c])
      }
    }
  }
  expect(checked).toBe((WIDTH - 34) * (HEIGHT - 14))
})

describe('bad input is named, with a remedy', () => {
  const whole = (): boolean => true
  const broken: readonly (readonly [string, string, () => [Recipe, StartFiles | undefined]])[] = [
    ['no file', 'start.missing', () => [upon({})[0], undefined]],
    ['no file of the mask', 'start.missing', () => [upon({}, maskOf(whole))[0], upon({})[1]]],
    ['another file', 'start.changed', () => [upon({ picture: 'a'.repeat(64) })[0], upon({})[1]]],
    ['a mask of another size', 'start.mask', () => upon({}, maskOf(whole, 90, 64))],
    [
      'an empty mask',
      'start.mask',
      () =>
        upon(
          {},
          maskOf(() => false),
        ),
    ],
    ['a mask that is none', 'start.mask', () => upon({}, Uint8Array.of(1, 2, 3))],
    ['a place out of sight', 'start.outside', () => upon({ place: { x: WIDTH, y: 0, width: 10, height: 10 } })],
    [
      'bytes that are no picture',
      'picture.format',
      () => {
        const { file, sha256 } = kept(Uint8Array.of(1, 2, 3))
        return [upon({ picture: sha256 })[0], { picture: file }]
      },
    ],
  ]
  test.each(broken)('%s', async (_, code, make) => {
    await expect(draw(...make())).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) })
  })

  test('a model without an encoder', async () => {
    const model = join(root, 'no-encoder')
    cpSync(folder, model, { recursive: true })
    const file = join(model, 'model.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { components: Record<string, unknown> }
    delete manifest.components['encoder']
    writeFileSync(file, JSON.stringify(manifest))
    const [{ start }, files] = upon({})
    const wanted = { ...(await recipeFor(model)), version: 2 as const, ...(start && { start }) }
    await expect(draw(wanted, files, { model })).rejects.toMatchObject({ code: 'start.no-encoder' })
  })
})
