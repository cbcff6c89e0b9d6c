import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { GenerateTask } from '#shared/engine/protocol'
import { continuedFrom } from '#shared/schema/continue-recipe'
import { GenerationId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { findRecipeInFile } from '../../images/recipe-in-png'
import { generate } from './generate'
import { listModels } from './list-models'
import { drawingParts } from './parts'

const root = temporaryFolder()
const folder = join(root, 'model')
let recipe: Recipe

beforeAll(async () => {
  await writeTinyModel(folder)
  const [found] = await listModels([{ folder, embedded: false }])
  if (found === undefined) throw new Error('no model')
  const { name, sha256, defaults, precision } = found.card
  recipe = {
    version: 1,
    model: { name, sha256 },
    prompt: 'a fox',
    negativePrompt: '',
    steps: 6,
    width: 64,
    height: 96,
    cfg: defaults.cfg,
    seed: 7,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity: 0.2,
    sampleType: 'transition',
    adapters: [],
    precision,
    provider: 'cpu',
  }
})

const parts = drawingParts()
let drawn = 0

interface Drawn {
  readonly file: string
  readonly states: string
  readonly bytes: Buffer
}

/** Draws one picture into a fresh folder, from a kept state where one is given. */
async function draw(wanted: Recipe, state?: string): Promise<Drawn> {
  const out = join(root, `out${drawn++}`)
  const order = {
    imageIndex: wanted.imageIndex,
    file: join(out, '0.png'),
    frames: join(out, 'frames'),
    states: join(out, 'states'),
  }
  const task: GenerateTask = {
    kind: 'generate',
    recipe: wanted,
    model: folder,
    ...(state !== undefined && { state }),
    pictures: [{ generation: GenerationId.parse('01kb0000000000000000000100'), ...order }],
  }
  for await (const _ of generate(task, parts, new AbortController().signal)) continue
  return { file: order.file, states: order.states, bytes: readFileSync(order.file) }
}

const wholeRecipe = (file: string): Recipe => {
  const found = findRecipeInFile(file)
  if (found.kind !== 'whole') throw new Error('the picture carries no whole recipe')
  return found.recipe
}

test('continued from a kept state, from one that is gone, and from its own recipe: the same bytes', async () => {
  const first = await draw(recipe)
  const next = continuedFrom(recipe, 2, { prompt: 'a teapot', steps: 4, cfg: { scale: 4, low: 0, high: 1 } })
  const kept = join(first.states, '2.f16')
  const fromKept = await draw(next, kept)
  const computed = await draw(next)
  expect(fromKept.bytes.equals(computed.bytes)).toBe(true)
  const own = wholeRecipe(fromKept.file)
  expect(own.from?.legs).toHaveLength(1)
  rmSync(kept)
  expect((await draw(own, kept)).bytes.equals(fromKept.bytes)).toBe(true)
  // A picture of a picture of a picture.
  const again = continuedFrom(own, 1, { seed: 99 })
  const [one, other] = [await draw(again, join(fromKept.states, '1.f16')), await draw(again)]
  expect(one.bytes.equals(other.bytes)).toBe(true)
  expect((await draw(wholeRecipe(one.file))).bytes.equals(one.bytes)).toBe(true)
})

test.each([
  ['prompt', { prompt: 'a teapot' }],
  ['steps', { steps: 5 }],
  ['guidance', { cfg: { scale: 5, low: 0, high: 1 } }],
  ['seed', { seed: 8 }],
])('continued with another %s it is another picture', async (_, change) => {
  const steady = { ...recipe, stochasticity: 0 }
  const first = await draw(steady)
  const state = join(first.states, '1.f16')
  const [same, other] = [await draw(continuedFrom(steady, 1), state), await draw(continuedFrom(steady, 1, change), state)]
  expect(other.bytes.equals(same.bytes)).toBe(false)
})
