import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { GenerationId } from '../../shared/schema/id'
import type { Recipe } from '../../shared/schema/recipe'
import { generate } from '../../src-main/engine/jobs/generate/generate'
import { listModels } from '../../src-main/engine/jobs/generate/list-models'
import { drawingParts } from '../../src-main/engine/jobs/generate/parts'
import { newId } from '../../src-main/library/new-id'
import { keeps, record, type Figure } from '../support/figures'
import { temporaryFolder } from '../support/temporary-folder'

const STEPS = 32
const RUNS = 8

test('what making the steps of a path visible, and keeping its states, adds to them', { timeout: 900_000 }, async () => {
  const folder = temporaryFolder()
  const model = resolve('assets', 'starter')
  const [found] = await listModels([{ folder: model, embedded: true }])
  if (found === undefined) throw new Error('there is no embedded model')
  const { name, sha256, precision, defaults } = found.card
  const parts = drawingParts()
  const share = async (preview: 'auto' | 'full', cfg: Recipe['cfg']): Promise<number> => {
    const generation = GenerationId.parse(newId())
    const recipe: Recipe = {
      version: 1,
      model: { name, sha256 },
      prompt: 'a red apple',
      negativePrompt: '',
      steps: STEPS,
      width: defaults.width,
      height: defaults.height,
      cfg,
      seed: 7,
      imageIndex: 0,
      noise: 'philox4x32-10/1',
      stochasticity: 0,
      sampleType: 'transition',
      adapters: [],
      precision,
      provider: 'cpu',
    }
    const order = {
      generation,
      imageIndex: 0,
      file: join(folder, `${generation}.png`),
      frames: join(folder, generation),
      states: join(folder, 'states', generation),
    }
    let network = 0
    let frames = 0
    const task = { kind: 'generate' as const, recipe, model, preview, pictures: [order] }
    for await (const news of generate(task, parts, new AbortController().signal)) {
      if (news.is === 'step') network += news.ms
      if (news.is === 'made') frames = news.cost.stepMs * STEPS
    }
    return (100 * frames) / network
  }
  const least = async (preview: 'auto' | 'full', cfg = defaults.cfg): Promise<number> => {
    const shares: number[] = []
    for (let i = 0; i < RUNS; i++) shares.push(await share(preview, cfg))
    return Math.min(...shares)
  }
  await share('full', defaults.cfg)
  const figures: Figure[] = [
    {
      what: 'previews and kept states, embedded model at 32 NFE, of the steps’ time',
      value: await least('auto'),
      unit: '%',
      bar: { atMost: 5 },
      note: `guidance ${defaults.cfg.scale}, chosen by itself`,
    },
    { what: 'the same with every step decoded whole', value: await least('full'), unit: '%' },
    {
      what: 'the same without guidance (one pass a step)',
      value: await least('auto', { scale: 1, low: 0, high: 1 }),
      unit: '%',
      bar: { atMost: 5 },
    },
  ]
  record('previews', figures)
  for (const figure of figures) expect(keeps(figure), `${figure.what}: ${figure.value.toFixed(1)} %`).toBe(true)
})
