import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { FinetuneConfig, MetricsLine, type FinetuneNews } from '#shared/schema/run'
import { writeModelFolder } from '../../../../test/support/model-folder'
import { drawing } from '../../../../test/support/odd-pictures'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { codec } from '../../images/codec'
import { timLinearLayers } from '../../models/tim/linear-layers'
import { openTim } from '../../models/tim/load'
import { readAdapter } from '../../models/peft/read-adapter'
import { finetune, type FinetuneTask } from './finetune'

const root = temporaryFolder()
const at = (...parts: string[]): string => join(root, ...parts)

interface Choices {
  readonly [setting: string]: unknown
}

/** A run on six pictures of three sizes; `given` changes its settings. */
function taskOf(name: string, given: Choices = {}, more: Partial<FinetuneTask> = {}): FinetuneTask {
  const run = FinetuneConfig.parse({
    name,
    images: at('pictures'),
    data: { flip: true, shuffleTags: true, captionDropout: 0.3, trigger: 'zorrito', holdOut: 0.15 },
    adapter: { rank: 2, dropout: 0.1 },
    training: { steps: 6, batch: 2, checkpointEvery: 3, seed: 5, learningRate: 1e-2 },
    preserve: { pictures: 3, share: 0.4 },
    preview: { steps: [1, 2], prompts: ['a fox'] },
    ...given,
  })
  const places = { base: at('tiny'), folder: at('runs', name), adapter: at('adapters', name), cache: at('cache') }
  return { run, ...places, resume: false, threads: 1, ...more }
}

async function follow(task: FinetuneTask, hear: (news: FinetuneNews) => void = () => undefined, stop?: AbortController) {
  const all: FinetuneNews[] = []
  for await (const news of finetune(task, (stop ?? new AbortController()).signal)) {
    all.push(news)
    hear(news)
  }
  return all
}

/** The log of a run, but for how long things took. */
function logOf(name: string): object[] {
  const lines = readFileSync(at('runs', name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => ({ ...MetricsLine.parse(JSON.parse(line)), seconds: 0 }))
}

beforeAll(async () => {
  const sharp = await codec()
  await writeModelFolder(at('tiny'), 'tiny')
  await writeModelFolder(at('classes-model'), 'classes')
  mkdirSync(at('pictures', '2_fox'), { recursive: true })
  const sizes = [
    [40, 40],
    [64, 32],
    [33, 70],
    [40, 44],
    [48, 48],
    [50, 34],
  ] as const
  for (const [i, [width, height]] of sizes.entries()) {
    const file = at('pictures', i === 0 ? '2_fox' : '', `${i}.png`)
    writeFileSync(
      file,
      await sharp(drawing(width, height, { shift: i * 7 }))
        .png()
        .toBuffer(),
    )
    writeFileSync(file.replace('.png', '.txt'), `a fox, number ${i}, on paper, by hand`)
  }
  writeFileSync(at('pictures', 'broken.png'), 'no picture')
})

test('a run reports, trains, checks, draws and leaves an adapter', async () => {
  const news = await follow(taskOf('whole'))
  const kinds = news.map(({ is }) => is)
  expect(kinds.filter((is) => is === 'step')).toHaveLength(6)
  const report = news.find((each) => each.is === 'report')?.report
  expect(report?.counts).toMatchObject({ pictures: 6, heldOut: 1, skipped: 1 })
  expect(kinds.indexOf('estimate')).toBeLessThan(kinds.indexOf('begun'))
  expect(logOf('whole')[0]).toMatchObject({ is: 'estimate', step: 0, estimate: { bytes: expect.any(Number) as number } })
  const checkpoints = news.filter((each) => each.is === 'checkpoint')
  expect(checkpoints.map(({ step }) => step)).toEqual([3, 6])
  for (const { smallest } of checkpoints) expect(smallest).toBeGreaterThan(0)
  const preview = news.filter((each) => each.is === 'preview').at(-1)
  expect(preview?.pictures.map(({ steps }) => steps)).toEqual([1, 2])
  for (const { file, base } of preview?.pictures ?? []) {
    const [ours, plain] = [readFileSync(at('runs', 'whole', file)), readFileSync(at('runs', 'whole', base))]
    expect(ours.equals(plain)).toBe(false)
  }
  expect(news.filter((each) => each.is === 'validation').map(({ points }) => points.length)).toEqual([8, 8])
  expect(news.at(-1)).toMatchObject({ is: 'finished', step: 6 })
  expect(news.filter((each) => each.is === 'preserving').at(-1)).toMatchObject({ done: 3, of: 3 })
  const { config } = openTim(at('tiny', 'transformer'))
  const { about, adapter } = readAdapter(at('adapters', 'whole'), timLinearLayers(config))
  expect(about).toMatchObject({ title: 'whole', triggers: ['zorrito'], base: { name: 'tiny' } })
  expect(adapter.layers.size).toBe(2 * 8)
})

test('stopped and resumed it ends bit for bit where an unbroken run does', async () => {
  const stop = new AbortController()
  const first = await follow(taskOf('broken'), (news) => void (news.is === 'step' && news.line.step === 4 && stop.abort()), stop)
  expect(first.at(-1)).toEqual({ is: 'stopped', step: 4 })
  expect(existsSync(at('adapters', 'broken'))).toBe(false)
  await expect(follow(taskOf('broken'))).rejects.toThrow(/already come to step 4/)
  await follow(taskOf('broken', {}, { resume: true }))
  const unbroken = logOf('whole').filter((line) => !('file' in line && line.file === 'checkpoint-4.safetensors'))
  const steps = (lines: object[]) => lines.filter((line) => !('is' in line) || line.is === 'validation')
  expect(steps(logOf('broken'))).toEqual(steps(unbroken))
  const weights = (name: string) => readFileSync(at('runs', name, 'checkpoint-6.safetensors')).subarray(-5000)
  expect(weights('broken').equals(weights('whole'))).toBe(true)
})

describe('what is on disk', () => {
  const entries = () =>
    readdirSync(at('cache'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.safetensors'))

  test('is used again, made anew where damaged, and a replaced picture alone is encoded again', async () => {
    const steps = (news: FinetuneNews[]) => news.flatMap((each) => (each.is === 'step' ? [each.line.loss] : []))
    const wanted = steps(await follow(taskOf('again')))
    const before = entries().sort()
    const isDamaged = (name: string) => before.indexOf(name) % 2 === 0
    for (const name of before.filter(isDamaged)) {
      const bytes = readFileSync(at('cache', name))
      writeFileSync(at('cache', name), before.indexOf(name) % 4 === 0 ? bytes.subarray(0, -3) : bytes.fill(7, bytes.length - 8))
    }
    const times = () => before.filter((name) => !isDamaged(name)).map((name) => statSync(at('cache', name)).mtimeMs)
    const [damaged, untouched] = [before.filter(isDamaged).map((name) => readFileSync(at('cache', name))), times()]
    expect(steps(await follow(taskOf('repaired')))).toEqual(wanted)
    expect(times()).toEqual(untouched)
    before
      .filter(isDamaged)
      .forEach((name, i) => expect(readFileSync(at('cache', name)).equals(damaged[i] ?? Buffer.of())).toBe(false))
    expect(entries().sort()).toEqual(before)
    const sharp = await codec()
    cpSync(at('pictures'), at('others'), { recursive: true })
    writeFileSync(
      at('others', '4.png'),
      await sharp(drawing(48, 48, { shift: 99 }))
        .png()
        .toBuffer(),
    )
    await follow(taskOf('replaced', { images: at('others') }))
    // The picture and its mirror image.
    expect(entries().length - before.length).toBeLessThanOrEqual(2)
    expect(entries().length).toBeGreaterThan(before.length)
  })

  test('a run goes on with other captions, and says so', async () => {
    const stop = new AbortController()
    cpSync(at('pictures'), at('edited'), { recursive: true })
    const task = (resume: boolean) => taskOf('edited', { images: at('edited') }, { resume })
    await follow(task(false), (news) => void (news.is === 'step' && news.line.step === 2 && stop.abort()), stop)
    writeFileSync(at('edited', '3.txt'), 'another caption')
    const news = await follow(task(true))
    expect(news.find(({ is }) => is === 'warning')).toMatchObject({ kind: 'data-changed', step: 2 })
    expect(news.at(-1)).toMatchObject({ is: 'finished' })
  })
})

test('a run that needs more memory than there is says so before its first step, and what needs less', async () => {
  mkdirSync(at('many', '9999_fox'), { recursive: true })
  // A batch is of one size, and no larger than the samples that there are: more than any machine holds.
  for (let i = 0; i < 40; i++) cpSync(at('pictures', '4.png'), at('many', '9999_fox', `${i}.png`))
  const training = { steps: 2, batch: 40 * 9999 }
  const data = { resolution: 96, upscale: true }
  const run = taskOf('hungry', { images: at('many'), data, training, keep: 'everything', adapter: { rank: 64 } })
  const stop = new AbortController()
  const news: FinetuneNews[] = []
  for await (const each of finetune(run, stop.signal)) {
    news.push(each)
    // It may be tried all the same: not here.
    if (each.is === 'warning' || each.is === 'begun') break
  }
  expect(news.at(-1)).toMatchObject({ is: 'warning', step: 0, kind: 'memory' })
  const estimate = news.find((each) => each.is === 'estimate')?.estimate
  expect(estimate).toMatchObject({ secondsPerStep: null, seconds: null })
  const { bytes = 0, freeBytes = 0, remedies = [] } = estimate ?? {}
  expect(bytes).toBeGreaterThan(freeBytes)
  const said = remedies.map(({ change }) => change).join()
  for (const choice of ['keep: "products"', 'keep: "nothing"', 'a batch of 199980', '--precision q8'])
    expect(said).toContain(choice)
  for (const remedy of remedies) expect(remedy.bytes).toBeLessThan(bytes)
})

test('a model of classes learns from folders', async () => {
  mkdirSync(at('classes', 'volcano'), { recursive: true })
  cpSync(at('pictures', '4.png'), at('classes', 'volcano', 'a.png'))
  const task = taskOf('classes', { images: at('classes'), data: {}, preview: { steps: [1] } }, { base: at('classes-model') })
  const news = await follow(task)
  expect(news.find((each) => each.is === 'preview')?.pictures[0]?.prompt).toBe('3')
  expect(news.at(-1)).toMatchObject({ is: 'finished' })
})

test('a rate that makes numbers overflow stops the run before the update, with the state before it saved', async () => {
  const wild = { steps: 60, batch: 2, learningRate: 1e30, clip: null, checkpointEvery: 1000, seed: 5 }
  await expect(follow(taskOf('wild', { training: wild }))).rejects.toThrow(/no finite loss or gradient.*Its samples: .*\.png/)
  const left = readdirSync(at('runs', 'wild')).filter((name) => name.startsWith('checkpoint'))
  expect(left.length).toBeLessThanOrEqual(1)
  rmSync(at('runs', 'wild'), { recursive: true })
})
