import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { FinetuneConfig, type RunEstimate } from '../../shared/schema/run'
import { codec } from '../../src-main/engine/images/codec'
import type { FinetuneTask } from '../../src-main/engine/jobs/finetune/finetune'
import { componentFolder, openModelFolder } from '../../src-main/engine/weights/manifest'
import { dataFolder } from '../../src-main/library/folders'
import { keeps, record, type Figure } from '../support/figures'
import { fullSizeModel, transformerAt } from '../support/full-size'
import { drawing } from '../support/odd-pictures'

/** What is expected of a training before it begins, against what it takes: each in a process of its own, whose peak PSS another watches. */
const out = resolve('node_modules/.cache/tim-bench')
const home = join(dataFolder(), 'bench', 'finetune')
const PATIENCE_MS = 3_600_000

interface Case {
  readonly base: 'starter' | 'f32' | 'f16' | 'q8'
  readonly keep: FinetuneConfig['keep']
  readonly batch: number
  /** Steps of the run: ten deal each kind of sample as often as a long run does, and tell its time; two suffice for memory. */
  readonly steps: number
}

/** TIM_BENCH_CASE chooses by name; figures are kept case by case. */
const CASES: readonly Case[] = [
  { base: 'starter', keep: 'products', batch: 1, steps: 100 },
  { base: 'starter', keep: 'products', batch: 4, steps: 60 },
  { base: 'starter', keep: 'nothing', batch: 4, steps: 40 },
  { base: 'f32', keep: 'products', batch: 1, steps: 10 },
  { base: 'f32', keep: 'nothing', batch: 1, steps: 2 },
  { base: 'f32', keep: 'products', batch: 2, steps: 2 },
  { base: 'f16', keep: 'products', batch: 1, steps: 2 },
  { base: 'f16', keep: 'nothing', batch: 1, steps: 2 },
  { base: 'f16', keep: 'nothing', batch: 2, steps: 2 },
  { base: 'q8', keep: 'products', batch: 1, steps: 2 },
  { base: 'q8', keep: 'nothing', batch: 1, steps: 2 },
  { base: 'q8', keep: 'nothing', batch: 2, steps: 2 },
]

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: resolve('test/bench/finetune-child.ts'), outDir: out, target: 'node20', emptyOutDir: false },
  })
  const sharp = await codec()
  for (const [folder, side] of [
    ['small', 128],
    ['large', 512],
  ] as const) {
    mkdirSync(join(home, folder), { recursive: true })
    for (let i = 0; i < 4; i++) {
      const picture = await sharp(drawing(side, side, { shift: 31 * i }))
        .png()
        .toBuffer()
      writeFileSync(join(home, folder, `a fox in the snow ${'abcd'[i]}.png`), picture)
    }
  }
}, 240_000)

/** The folder of the full-size model with its transformer stored so. */
async function modelAt(precision: 'f32' | 'f16' | 'q8'): Promise<string> {
  const model = await fullSizeModel()
  const folder = join(home, precision)
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  const roles = ['transformer', 'text', 'encoder', 'decoder'] as const
  const transformer = await transformerAt(componentFolder(model, 'transformer'), precision)
  for (const role of roles) symlinkSync(role === 'transformer' ? transformer : componentFolder(model, role), join(folder, role))
  const components = Object.fromEntries(
    roles.map((role) => [
      role,
      { ...model.manifest.components[role], folder: role, ...(role === 'transformer' && { precision }) },
    ]),
  )
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...model.manifest, components }))
  return openModelFolder(folder).folder
}

async function taskOf({ base, keep, batch, steps }: Case): Promise<FinetuneTask> {
  const name = [base, keep, batch].join('-')
  const run = FinetuneConfig.parse({
    name,
    images: join(home, base === 'starter' ? 'small' : 'large'),
    // Where two steps must suffice, both are transitions, which need most.
    training: { steps, batch, checkpointEvery: 1000, ...(steps < 10 && { mixture: { diffusion: 0, consistency: 0.1 } }) },
    preview: { prompts: ['a fox'], steps: [1] },
    keep,
  })
  const places = { folder: join(home, 'runs', name), adapter: join(home, 'adapters', name), cache: join(home, 'cache') }
  for (const path of [places.folder, places.adapter]) rmSync(path, { recursive: true, force: true })
  return { run, base: base === 'starter' ? resolve('assets/starter') : await modelAt(base), ...places, resume: false }
}

function child(task: FinetuneTask, encodeOnly: boolean): string {
  const given = JSON.stringify({ task, encodeOnly })
  return execFileSync(process.execPath, [join(out, 'finetune-child.js'), given], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
}

function timeFigures(expected: number, seconds: number): Figure[] {
  return [
    { what: 'time', value: seconds, unit: 's' },
    { what: 'time, estimated', value: expected, unit: 's' },
    { what: 'time, estimate off by', value: 100 * Math.abs(expected / seconds - 1), unit: '%', bar: { atMost: 25 } },
  ]
}

for (const each of CASES) {
  const name = `finetune-estimate-${each.base}-${each.keep}-${each.batch}`
  const isWanted = name.includes(process.env['TIM_BENCH_CASE'] ?? '')
  test.runIf(process.platform === 'linux' && isWanted)(name, { timeout: PATIENCE_MS }, async () => {
    const task = await taskOf(each)
    child(task, true)
    const { peak, estimate, seconds } = JSON.parse(child(task, false)) as {
      readonly peak: number
      readonly estimate: RunEstimate
      readonly seconds: number
    }
    const figures: Figure[] = [
      { what: 'peak PSS', value: peak / 1e9, unit: 'GB' },
      { what: 'memory, estimate off by', value: 100 * Math.abs(estimate.bytes / peak - 1), unit: '%', bar: { atMost: 15 } },
      { what: 'memory, estimated', value: estimate.bytes / 1e9, unit: 'GB' },
    ]
    if (each.steps >= 10) figures.push(...timeFigures(estimate.seconds ?? 0, seconds))
    record(name, figures)
    expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
  })
}
