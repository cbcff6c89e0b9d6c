import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeskTask } from '#shared/engine/desk'
import type { Generation } from '#shared/schema/generation'
import { anyGeneration } from '../../test/support/any-generation'
import { recipeInFile, writePictureFile } from '../../test/support/picture-file'
import { Library } from '../library/library'
import { PictureExchange } from './picture-exchange'

let root: string
let library: Library
let exchange: PictureExchange
let exported: Omit<Extract<DeskTask, { kind: 'export' }>, 'kind'>[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-exchange-'))
  library = Library.open(root, 'the test')
  exported = []
  const desk = {
    export: async (task: (typeof exported)[number]) => {
      exported.push(task)
      return Promise.resolve(writeFileSync(task.out, 'copy'))
    },
  }
  exchange = new PictureExchange(library, desk)
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

async function picture(seed: number): Promise<Generation> {
  const one = anyGeneration({ seed })
  await writePictureFile(library.files.prepare(one.id).file, one.recipe)
  library.generations.add(one)
  return one
}

const setOutput = (change: Partial<ReturnType<typeof library.settings.get>['output']>): void => {
  library.settings.set({ output: { ...library.settings.get().output, ...change } })
}

test('copies are named by the pattern, and none takes the place of another', async () => {
  setOutput({ pattern: '{prompt} {steps}' })
  const two = [await picture(1), await picture(2)]
  const folder = join(root, 'out', 'deep')
  const files = await exchange.copyInto(folder, two, { format: 'jpeg', quality: 80, recipe: false })
  expect(files.map((file) => basename(file))).toEqual(['a red fox 8.jpg', 'a red fox 8 (2).jpg'])
  expect(exported.map(({ recipe, quality }) => [recipe, quality])).toEqual([
    [null, 80],
    [null, 80],
  ])
})

test('every finished picture goes to the output folder where that is wanted, and only there', async () => {
  const one = await picture(7)
  await exchange.keepCopy(one)
  setOutput({ folder: join(root, 'out'), pattern: '{seed}' })
  await exchange.keepCopy(one)
  expect(exported).toEqual([])
  setOutput({ every: true })
  await exchange.keepCopy(one)
  expect(exported).toMatchObject([{ out: join(root, 'out', '7.png'), format: 'png', recipe: one.recipe }])
})

test('what is dragged out are the files as they are, under readable names, and only the last ones', async () => {
  setOutput({ pattern: '{seed}' })
  const [one, other] = [await picture(1), await picture(2)]
  await exchange.lend([one.id])
  const [file = ''] = await exchange.lend([other.id])
  expect(readdirSync(library.folders.lent)).toEqual(['2.png'])
  expect(await recipeInFile(file)).toEqual(other.recipe)
  expect(readFileSync(file).equals(readFileSync(library.files.fileOf(other.id)))).toBe(true)
})
