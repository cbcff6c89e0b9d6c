import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FoundModel } from '#shared/engine/protocol'
import { Desk } from '../../src-main/engine-host/desk'
import { forkChild } from '../../src-main/engine-host/fork-child'
import { promptHandlers } from '../../src-main/ipc/handlers/prompt'
import { listModels } from '../../src-main/engine/jobs/generate/list-models'
import { temporaryFolder } from '../support/temporary-folder'
import { writeTinyModel } from '../support/tiny-model'

/** The built desk in a process of its own. */
const entry = resolve('out/engine/desk.js')
if (!existsSync(entry)) throw new Error(`${entry} is not built: npm test builds it before the tests run.`)
const desk = new Desk(() => forkChild<never>(entry, process.env))
afterAll(() => desk.close())

const root = temporaryFolder()

async function modelIn(folder: string): Promise<FoundModel> {
  const [model] = await listModels([{ folder, embedded: true }])
  if (!model) throw new Error('no model')
  return model
}
const tokensOf = async (model: FoundModel, prompt: string) =>
  promptHandlers({ named: async () => Promise.resolve(model) }, desk)['prompt/tokens']({ model: model.card.name, prompt })

test("a prompt is counted by the model's own tokenizer, and what it leaves out is told", async () => {
  const starter = await modelIn(resolve('assets/starter'))
  expect(await tokensOf(starter, 'a red fox')).toEqual({ tokens: 4, most: 64 })
  const long = `${'fox '.repeat(63)}red fox`
  expect(await tokensOf(starter, long)).toEqual({ tokens: 66, most: 64, dropped: 'red fox' })
  await writeTinyModel(join(root, 'tiny'))
  expect(await tokensOf(await modelIn(join(root, 'tiny')), long)).toMatchObject({ most: 32 })
})

test('a model without prompts and one with a broken tokenizer are failures with a remedy', async () => {
  await writeTinyModel(join(root, 'classes'), 'class')
  await expect(tokensOf(await modelIn(join(root, 'classes')), 'a fox')).rejects.toMatchObject({
    failure: { code: 'bad-input', field: 'model' },
  })
  cpSync(resolve('assets/starter'), join(root, 'broken'), { recursive: true })
  const broken = await modelIn(join(root, 'broken'))
  writeFileSync(join(root, 'broken', 'text', 'tokenizer.json'), '{')
  await expect(tokensOf(broken, 'a fox')).rejects.toMatchObject({
    failure: { code: 'model-broken', remedy: expect.stringMatching(/\w/) },
  })
  expect(await tokensOf(await modelIn(resolve('assets/starter')), 'a fox')).toMatchObject({ tokens: 3 })
})
