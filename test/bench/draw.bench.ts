import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { GenerationId } from '../../shared/schema/id'
import type { Recipe } from '../../shared/schema/recipe'
import { generate } from '../../src-main/engine/jobs/generate/generate'
import { listModels } from '../../src-main/engine/jobs/generate/list-models'
import { drawingParts } from '../../src-main/engine/jobs/generate/parts'
import { newId } from '../../src-main/library/new-id'
import { bound, cheapest, keeps, record, type Cost, type Figure } from '../support/figures'
import { writeModelFolder } from '../support/model-folder'
import { temporaryFolder } from '../support/temporary-folder'

/** The embedded model where there is one, else a random one of its shape. */
const embedded = resolve('assets', 'starter')
const folder = temporaryFolder()
const hasEmbedded = existsSync(join(embedded, 'model.json'))
const model = hasEmbedded ? embedded : join(folder, 'starter')
const figures: Figure[] = []
const RUNS = 5
/** A machine that does other things too may take long. */
const PATIENCE_MS = 900_000

beforeAll(async () => {
  if (!hasEmbedded) await writeModelFolder(model, 'starter')
})

test('a warm engine, from the prompt to the PNG', { timeout: PATIENCE_MS }, async () => {
  const [found] = await listModels([{ folder: model, embedded: true }])
  const card = found!.card
  const parts = drawingParts()
  const { width, height, cfg } = card.defaults
  const recipe = (steps: number): Recipe => ({
    version: 1,
    model: { name: card.name, sha256: card.sha256 },
    // A prompt never seen before pays for the text encoder, as a new one does.
    prompt: `a red apple ${Math.random()}`,
    negativePrompt: '',
    steps,
    width,
    height,
    cfg,
    seed: 7,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity: 0,
    sampleType: 'transition',
    adapters: [],
    precision: card.precision,
    provider: 'cpu',
  })
  const draw = async (steps: number): Promise<void> => {
    const order = {
      generation: GenerationId.parse(newId()),
      imageIndex: 0,
      file: join(folder, 'picture.png'),
      frames: join(folder, 'frames'),
    }
    const task = { kind: 'generate' as const, recipe: recipe(steps), model, pictures: [order] }
    for await (const _ of generate(task, parts, new AbortController().signal)) continue
  }
  await draw(2)
  const one = await cheapest(RUNS, () => draw(1))
  const nine = await cheapest(RUNS, () => draw(9))
  const further: Cost = { wall: (nine.wall - one.wall) / 8, cpu: (nine.cpu - one.cpu) / 8 }
  const size = `${width} × ${height}, guidance ${cfg.scale}`
  figures.push(
    { what: 'prompt to PNG at 1 NFE, warm', value: bound(one), unit: 'ms', bar: { atMost: 150 }, note: noteOf(one, size) },
    {
      what: 'each further NFE, with its preview',
      value: bound(further),
      unit: 'ms',
      bar: { atMost: 40 },
      note: noteOf(further, size),
    },
  )
})

test('a cold process, to the first picture', { timeout: PATIENCE_MS }, () => {
  const program = resolve('out', 'cli', 'tim.js')
  if (!existsSync(program)) throw new Error('out/cli/tim.js is not built: npm run -s tim -- --help builds it.')
  let best: Cost = { wall: Infinity, cpu: Infinity }
  for (let i = 0; i < 3; i++) {
    const env = { ...process.env, TIM_HOME: join(folder, 'home'), TIM_STARTER: model }
    const command = `TIMEFORMAT='%R %U %S'; { time "${process.execPath}" "${program}" generate "a red apple" --nfe 1 >/dev/null 2>&1; } 2>&1`
    const [wall = NaN, user = NaN, system = NaN] = execFileSync('bash', ['-c', command], { env, encoding: 'utf8' })
      .trim()
      .split(' ')
      .map(Number)
    best = { wall: Math.min(best.wall, wall), cpu: Math.min(best.cpu, user + system) }
  }
  figures.push({
    what: 'cold process to first picture (1 NFE)',
    value: bound(best),
    unit: 's',
    bar: { atMost: 3 },
    note: noteOf(best, 'node out/cli/tim.js', 's'),
  })
  record('draw', figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})

function noteOf({ wall, cpu }: Cost, what: string, unit = 'ms'): string {
  return `${what}; wall ${wall.toPrecision(3)} ${unit}, cpu ${cpu.toPrecision(3)} ${unit}${hasEmbedded ? '' : '; random weights of its shape'}`
}
