import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FromEngine } from '../../shared/engine/protocol'
import { GenerationId, JobId } from '../../shared/schema/id'
import type { Recipe } from '../../shared/schema/recipe'
import { EngineHost } from '../../src-main/engine-host/engine-host'
import type { Fork } from '../../src-main/engine-host/engine-process'
import { runErrand, type ErrandProgress } from '../../src-main/engine-host/errand-host'
import { ModelShelf } from '../../src-main/engine-host/model-shelf'
import { EngineService } from '../../src-main/engine/jobs/serve'
import { newId } from '../../src-main/library/new-id'
import { writeModelFolder } from '../support/model-folder'
import { writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../support/published-files'
import { temporaryFolder } from '../support/temporary-folder'

/** An imported model on the studio's shelf, beside the embedded one: found, drawn with, verified, removed. */
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)

/** The engine in this process. Messages pass as they would between two: copied, and later. */
const fork: Fork = () => {
  let listener: (raw: unknown) => void = () => undefined
  const later = (act: () => void): void => void setImmediate(act)
  const service = new EngineService(
    (message: FromEngine) => later(() => listener(structuredClone(message))),
    () => undefined,
  )
  later(() => service.begin())
  return {
    pid: process.pid,
    send: (message) => later(() => service.receive(structuredClone(message))),
    onMessage: (heard) => void (listener = heard),
    onExit: () => undefined,
    kill: () => void (listener = () => undefined),
  }
}

const host = new EngineHost(fork, () => undefined)
const shelf = new ModelShelf(host, [at('starter')], at('models'))
const errand = async (task: Parameters<typeof runErrand>[1]): Promise<ErrandProgress[]> => {
  const news: ErrandProgress[] = []
  const ending = await runErrand(fork, task, (said) => news.push(said), new AbortController().signal)
  expect(ending).toEqual({ is: 'finished' })
  shelf.forget()
  return news
}

beforeAll(async () => {
  mkdirSync(at('models'))
  await writeModelFolder(at('starter'), 'tiny')
  writeTorchCheckpoint(at('t2i_model.bin'), 'tim-t2i', 'ema')
  writeDiffusersFolder(at('dc-ae'), 'dc-ae')
  await writeShardedGemma(at('gemma'))
  host.start()
})
afterAll(() => host.close())

test('an import tells its progress and its model stands on the shelf', async () => {
  expect((await shelf.cards()).map(({ name }) => name)).toEqual(['tiny'])
  const news = await errand({
    kind: 'import',
    models: at('models'),
    name: 'words',
    title: 'Words',
    transformer: at('t2i_model.bin'),
    autoencoder: at('dc-ae'),
    text: at('gemma'),
    keep: 'copy',
    source: 'https://huggingface.co/GoodEnough/TiM-T2I',
  })
  expect(news.at(-1)).toEqual({ is: 'installed', name: 'words' })
  const phases = news.flatMap((said) => (said.is === 'progress' ? [said.progress.phase] : []))
  expect(new Set(phases)).toEqual(new Set(['importing']))
  const cards = await shelf.cards()
  expect(cards.map(({ name, embedded, state }) => [name, embedded, state.is])).toEqual([
    ['tiny', true, 'ready'],
    ['words', false, 'ready'],
  ])
  expect(cards[1]).toMatchObject({
    title: 'Words',
    kind: 'text',
    factor: 32,
    source: 'https://huggingface.co/GoodEnough/TiM-T2I',
  })
})

test('the studio draws with it', async () => {
  const card = (await shelf.cards()).find(({ name }) => name === 'words')
  if (card === undefined) throw new Error('the model is on the shelf')
  const recipe: Recipe = {
    version: 1,
    model: { name: card.name, sha256: card.sha256 },
    prompt: 'a red fox',
    negativePrompt: 'blue',
    steps: 2,
    width: 160,
    height: 128,
    cfg: card.defaults.cfg,
    seed: 7,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity: 0,
    sampleType: 'transition',
    adapters: [],
    precision: card.precision,
    provider: 'cpu',
  }
  const { folder: model } = await shelf.modelFor(recipe)
  const file = at('picture.png')
  const order = { generation: GenerationId.parse(newId()), imageIndex: 0, file, frames: at('frames') }
  const task = { kind: 'generate' as const, recipe, model, pictures: [order] }
  const heard: string[] = []
  const ending = await host.run(JobId.parse(newId()), task, (news) => heard.push(news.is))
  expect(ending).toEqual({ is: 'finished' })
  expect(heard.filter((is) => is === 'step')).toHaveLength(2)
  expect(existsSync(file)).toBe(true)
})

test('it is verified and removed on request; what cannot be imported says why', async () => {
  const task = { models: at('models'), model: at('models', 'words') }
  const checked = await errand({ kind: 'verify', ...task })
  expect(checked.at(-1)).toMatchObject({ is: 'verified', files: 9 })
  const wrong = {
    kind: 'import',
    models: at('models'),
    transformer: at('dc-ae'),
    autoencoder: at('dc-ae'),
    keep: 'copy',
  } as const
  const refused = await runErrand(fork, wrong, () => undefined, new AbortController().signal)
  expect(refused).toMatchObject({
    is: 'failed',
    failure: { code: 'bad-input', message: expect.stringContaining('is a DC-AE autoencoder, not a transformer') },
  })
  const removed = await errand({ kind: 'remove', ...task })
  expect(removed.at(-1)).toMatchObject({ is: 'removed', kept: [] })
  expect((await shelf.cards()).map(({ name }) => name)).toEqual(['tiny'])
})
