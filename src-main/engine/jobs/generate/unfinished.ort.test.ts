import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import { GenerationId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { generate } from './generate'
import { listModels } from './list-models'
import { drawingParts } from './parts'

const root = temporaryFolder()
const model = join(root, 'model')
const unfinished = join(root, 'unfinished')
const pictures = join(root, 'pictures')
let recipe: Recipe

beforeAll(async () => {
  await writeTinyModel(model, 'class')
  const [found] = await listModels([{ folder: model, embedded: false }])
  const { name, sha256, precision, defaults } = found!.card
  recipe = {
    ...{
      version: 1,
      model: { name, sha256 },
      precision,
      ...defaults,
      steps: 3,
      prompt: '',
      negativePrompt: '',
      classId: 1,
      seed: 7,
    },
    ...{ imageIndex: 0, noise: 'philox4x32-10/1', sampleType: 'transition', adapters: [], provider: 'cpu' },
  } as Recipe
})

const parts = drawingParts()

async function draw(file: string, change: Partial<Recipe> = {}): Promise<JobNews[]> {
  const order = {
    generation: GenerationId.parse('01kb0000000000000000000100'),
    imageIndex: 0,
    file,
    frames: join(root, 'frames'),
  }
  const task: GenerateTask = { kind: 'generate', recipe: { ...recipe, ...change }, model, unfinished, pictures: [order] }
  const news: JobNews[] = []
  for await (const one of generate(task, parts, new AbortController().signal)) news.push(one)
  return news
}

const stepsIn = (news: readonly JobNews[]): number => news.filter(({ is }) => is === 'step').length

test('a picture that could not be written is decoded again, not sampled again', async () => {
  // A folder that cannot be made, since a file has its name.
  writeFileSync(pictures, '')
  const file = join(pictures, 'fox.png')
  await expect(draw(file)).rejects.toMatchObject({ name: 'FileError' })
  expect(readdirSync(unfinished)).toHaveLength(1)

  rmSync(pictures)
  mkdirSync(pictures)
  const news = await draw(file)
  expect(news.find(({ is }) => is === 'note')).toMatchObject({ text: expect.stringContaining('only decoded') as string })
  expect(news.find(({ is }) => is === 'made')).toMatchObject({ resumed: true })
  expect(stepsIn(news)).toBe(1)
  expect(readdirSync(unfinished)).toEqual([])

  const again = join(pictures, 'again.png')
  expect(stepsIn(await draw(again))).toBe(3)
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true)
})

test('another recipe, and a latent that was cut short, are sampled', async () => {
  const nowhere = join(root, 'model', 'model.json', 'fox.png')
  await expect(draw(nowhere)).rejects.toThrow()
  const [kept] = readdirSync(unfinished)
  expect(stepsIn(await draw(join(pictures, 'other.png'), { seed: 8 }))).toBe(3)
  truncateSync(join(unfinished, kept!), 4)
  const news = await draw(join(pictures, 'cut.png'))
  expect(stepsIn(news)).toBe(3)
  expect(news.find(({ is }) => is === 'note')).toBeUndefined()
})

test('a latent that cannot be kept keeps no picture from being made', async () => {
  rmSync(unfinished, { recursive: true, force: true })
  writeFileSync(unfinished, '')
  const news = await draw(join(pictures, 'anyway.png'))
  expect(news.find(({ is }) => is === 'note')).toMatchObject({ text: expect.stringContaining('could not be kept') as string })
  expect(news.at(-1)).toEqual({ is: 'finished' })
})
