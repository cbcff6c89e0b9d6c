import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import { GenerationId } from '#shared/schema/id'
import type { ModelCard } from '#shared/schema/model'
import type { Recipe } from '#shared/schema/recipe'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { findRecipeInFile } from '../../images/recipe-in-png'
import { generate } from './generate'
import { listModels } from './list-models'
import { drawingParts } from './parts'

const root = temporaryFolder()
const text = join(root, 'text')
const classes = join(root, 'classes')
let cards: ModelCard[]

beforeAll(async () => {
  await writeTinyModel(text, 'text')
  await writeTinyModel(classes, 'class')
  cards = (await listModels([text, classes].map((folder) => ({ folder, embedded: false })))).map(({ card }) => card)
})

const cardOf = (kind: ModelCard['kind']): ModelCard => {
  const card = cards.find((one) => one.kind === kind)
  if (card === undefined) throw new Error(`no ${kind} model`)
  return card
}

function recipeWith(card: ModelCard, change: Partial<Recipe>): Recipe {
  const { steps, width, height, cfg, stochasticity } = card.defaults
  return {
    version: 1,
    model: { name: card.name, sha256: card.sha256 },
    prompt: card.kind === 'text' ? 'a fox' : '',
    negativePrompt: '',
    steps,
    width,
    height,
    cfg,
    seed: 7,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity,
    sampleType: 'transition',
    adapters: [],
    precision: card.precision,
    provider: 'cpu',
    ...change,
  }
}

/** Models stay loaded from test to test, as in the engine. */
const parts = drawingParts()
let drawn = 0
/** Draws into a fresh folder; returns the news and the bytes of each picture. */
async function draw(
  folder: string,
  recipe: Recipe,
  count = 1,
): Promise<{ readonly news: JobNews[]; readonly pictures: Buffer[]; readonly files: string[] }> {
  const out = join(root, `out${drawn++}`)
  const task: GenerateTask = {
    kind: 'generate',
    recipe,
    model: folder,
    pictures: Array.from({ length: count }, (_, i) => ({
      generation: GenerationId.parse(`01kb000000000000000000010${i}`),
      imageIndex: recipe.imageIndex + i,
      file: join(out, `${i}.png`),
      frames: join(out, `frames${i}`),
    })),
  }
  const news: JobNews[] = []
  for await (const one of generate(task, parts, new AbortController().signal)) news.push(one)
  const files = task.pictures.map(({ file }) => file)
  return { news, files, pictures: files.map((file) => readFileSync(file)) }
}

test('a model’s card tells what it can draw', () => {
  expect(cardOf('text')).toMatchObject({
    name: 'tiny',
    kind: 'text',
    factor: 16,
    minSide: 64,
    maxSide: 256,
    state: { is: 'ready' },
  })
  expect(cardOf('class').classes).toEqual(['tench', 'goldfish', 'shark'])
  expect(new Set(cards.map(({ sha256 }) => sha256)).size).toBe(2)
})

describe('from words to a picture', () => {
  test('draws, and the file’s own recipe draws the same bytes again', async () => {
    const first = await draw(text, recipeWith(cardOf('text'), { steps: 3, width: 64, height: 96, stochasticity: 0.2 }))
    const found = findRecipeInFile(first.files[0] ?? '')
    if (found.kind !== 'whole') throw new Error('the picture carries no whole recipe')
    const again = await draw(text, found.recipe)
    expect(again.pictures[0]?.equals(first.pictures[0] ?? Buffer.of())).toBe(true)
  })

  test('a picture of a series is the same drawn alone', async () => {
    const recipe = recipeWith(cardOf('text'), { steps: 2 })
    const series = await draw(text, recipe, 3)
    const alone = await draw(text, { ...recipe, imageIndex: 2 })
    expect(alone.pictures[0]?.equals(series.pictures[2] ?? Buffer.of())).toBe(true)
    expect(series.pictures[0]?.equals(series.pictures[2] ?? Buffer.of())).toBe(false)
  })

  test.each([
    ['prompt', { prompt: 'a teapot' }],
    ['negative prompt', { negativePrompt: 'a teapot' }],
    ['seed', { seed: 8 }],
    ['steps', { steps: 5 }],
    ['guidance', { cfg: { scale: 4, low: 0, high: 1 } }],
    ['stochasticity', { stochasticity: 0.5 }],
    ['sample type', { sampleType: 'ddiffusion' as const }],
    ['noise', { noise: 'torch' as const }],
  ])('another %s is another picture', async (_, change) => {
    const recipe = recipeWith(cardOf('text'), { steps: 4, width: 64, height: 64 })
    const [one, other] = [await draw(text, recipe), await draw(text, { ...recipe, ...change })]
    expect(one.pictures[0]?.equals(other.pictures[0] ?? Buffer.of())).toBe(false)
  })

  test('writes a frame for every step but the last, which is the picture', async () => {
    const { files } = await draw(text, recipeWith(cardOf('text'), { steps: 3 }))
    const frames = [0, 1, 2].map((index) => existsSync(join(files[0] ?? '', '..', 'frames0', `${index}.png`)))
    expect(frames).toEqual([true, true, false])
  })
})

test('a model loaded anew draws the same bytes', async () => {
  const recipe = recipeWith(cardOf('text'), { steps: 2, seed: 99 })
  const first = await draw(text, recipe)
  const copy = join(root, 'copy')
  cpSync(text, copy, { recursive: true })
  expect((await draw(copy, recipe)).pictures[0]?.equals(first.pictures[0] ?? Buffer.of())).toBe(true)
})

test('draws a class', async () => {
  const recipe = recipeWith(cardOf('class'), { classId: 1, steps: 2 })
  const [one, other] = [await draw(classes, recipe), await draw(classes, { ...recipe, classId: 2 })]
  expect(one.pictures[0]?.equals(other.pictures[0] ?? Buffer.of())).toBe(false)
  await expect(draw(classes, { ...recipe, classId: 3 })).rejects.toMatchObject({
    code: 'job.setting',
    remedy: 'Choose a class from 0 to 2.',
  })
})

describe('bad input is named, with a remedy', () => {
  test('a size that does not fit', async () => {
    await expect(draw(text, recipeWith(cardOf('text'), { width: 100 }))).rejects.toMatchObject({
      message: 'A width of 100 pixels is not a multiple of 16.',
      remedy: 'Use 96.',
    })
  })

  const damage: readonly (readonly [string, string, (folder: string) => void])[] = [
    ['no manifest', 'model.json', (folder) => rmSync(join(folder, 'model.json'))],
    ['a manifest that is none', 'model.json', (folder) => writeFileSync(join(folder, 'model.json'), '{"format": "tim-model/1"}')],
    ['missing weights', 'transformer', (folder) => rmSync(join(folder, 'transformer', 'model.safetensors'))],
    ['truncated weights', 'transformer', (folder) => truncateSync(join(folder, 'transformer', 'model.safetensors'), 5000)],
    ['one changed byte', 'decoder', (folder) => flip(join(folder, 'decoder', 'model.safetensors'))],
    [
      'weights of another shape',
      'in.weight',
      (folder) => edit(join(folder, 'decoder', 'config.json'), '"widths":[8', '"widths":[16'),
    ],
    ['no tokenizer', 'tokenizer.json', (folder) => rmSync(join(folder, 'text', 'tokenizer.json'))],
    ['a wrong config', 'config.json', (folder) => writeFileSync(join(folder, 'transformer', 'config.json'), '{"depth": "two"}')],
    [
      'an unknown decoder',
      'config.json',
      (folder) => writeFileSync(join(folder, 'decoder', 'config.json'), '{"model_type": "magic"}'),
    ],
  ]
  test.each(damage)('%s', async (what, named, harm) => {
    const folder = join(root, `damaged ${what}`)
    cpSync(text, folder, { recursive: true })
    harm(folder)
    await expect(draw(folder, recipeWith(cardOf('text'), {}))).rejects.toMatchObject({
      message: expect.stringContaining(named),
      remedy: expect.stringMatching(/\w/),
    })
  })

  test('a damaged model is listed as broken, beside those that work', async () => {
    const folder = join(root, 'damaged truncated weights')
    const listed = await listModels([
      { folder, embedded: false },
      { folder: text, embedded: false },
      { folder: join(root, 'copy'), embedded: false },
      { folder: join(root, 'nothing here'), embedded: false },
    ])
    expect(listed.map(({ card }) => card.state.is)).toEqual(['broken', 'ready', 'ready'])
    // Names are unique, so that one can be chosen.
    expect(listed.map(({ card }) => card.name)).toEqual(['damaged truncated weights', 'tiny', 'tiny 2'])
  })
})

function edit(file: string, before: string, after: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(before, after))
}

function flip(file: string): void {
  const bytes = readFileSync(file)
  const at = bytes.length - 100
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  writeFileSync(file, bytes)
}
