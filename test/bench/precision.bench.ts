import { cpSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Precision } from '../../shared/schema/recipe'
import { openPrompts } from '../../src-main/engine/jobs/generate/open-prompts'
import { pictureMaker, type PictureMaker } from '../../src-main/engine/jobs/models/picture-maker'
import type { TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { timPlan } from '../../src-main/engine/models/tim/precision'
import { draw, relativeDistance, type Drawn, type PrecisionErrorOptions } from '../../src-main/engine/models/tim/precision-error'
import { convertComponent, plainPlan, type StoragePlan } from '../../src-main/engine/weights/convert-component'
import { componentFolder, openModelFolder, type ModelFolder } from '../../src-main/engine/weights/manifest'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { record, type Figure } from '../support/figures'
import { fullSizeModel, transformerAt } from '../support/full-size'
import { temporaryFolder } from '../support/temporary-folder'

/** What each precision costs against f32: F of one pass, the latent of a picture of 8 steps, the picture; and which layers it costs most. */
const PATIENCE_MS = 3_600_000
const PRECISIONS = ['f16', 'q8', 'q4', 'int8'] as const
const PROMPTS = ['a red apple', 'a blue teapot on a table', 'two yellow stars']

const root = temporaryFolder()
const starter = (): ModelFolder => openModelFolder(resolve('assets', 'starter'))
const conditions: TimCondition[] = []

beforeAll(async () => {
  const prompts = openPrompts(starter(), {})
  for (const prompt of PROMPTS) conditions.push((await prompts.conditionsOf({ prompt, negativePrompt: '' })).condition)
  await prompts.release()
})

/** The starter's transformer, stored by a plan. */
async function converted(name: string, precision: Precision, plan: StoragePlan): Promise<string> {
  const original = componentFolder(starter(), 'transformer')
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  cpSync(join(original, 'config.json'), join(folder, 'config.json'))
  await convertComponent(openFolder(original), precision, join(folder, 'model.safetensors'), { plan })
  return folder
}

async function drawAll(folder: string, options: readonly PrecisionErrorOptions[]): Promise<Drawn[]> {
  const drawn: Drawn[] = []
  for (const one of options) drawn.push(await draw(folder, one))
  return drawn
}

/** The mean over what was drawn of ‖a − b‖ / ‖b‖. */
function apart(got: readonly Drawn[], want: readonly Drawn[], of: (one: Drawn) => Float32Array | undefined): number {
  const errors = got.map((one, i) => relativeDistance(of(one) ?? [], (want[i] && of(want[i])) ?? []))
  return errors.reduce((sum, error) => sum + error, 0) / errors.length
}

function figuresOf(precision: string, got: readonly Drawn[], want: readonly Drawn[]): Figure[] {
  const of = {
    'of one pass': (one: Drawn) => one.F,
    'of a latent of 8 steps': (one: Drawn) => one.latent,
    'of its picture': (one: Drawn) => one.picture,
  }
  return Object.entries(of).map(([what, part]) => ({
    what: `${precision}: error ${what}`,
    value: apart(got, want, part),
    unit: '',
  }))
}

const withDecoder = (maker: PictureMaker): PrecisionErrorOptions[] =>
  conditions.map((condition) => ({ condition, decode: maker.decode }))

test('the embedded model, over three prompts', { timeout: PATIENCE_MS }, async () => {
  const maker = pictureMaker(componentFolder(starter(), 'decoder'), 1)
  const want = await drawAll(await converted('f32', 'f32', timPlan), withDecoder(maker))
  const figures: Figure[] = []
  for (const precision of PRECISIONS) {
    const got = await drawAll(await converted(precision, precision, timPlan), withDecoder(maker))
    figures.push(...figuresOf(precision, got, want))
  }
  await maker.release()
  record('precision-starter', figures)
  expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true)
})

test('the released size on random weights, at 256²', { timeout: PATIENCE_MS }, async () => {
  const model = await fullSizeModel()
  const original = componentFolder(model, 'transformer')
  const { std = 1 } = model.manifest.latent
  const maker = pictureMaker(componentFolder(model, 'decoder'), 1 / Number(std))
  const options = [{ side: 8, decode: maker.decode }]
  const want = await drawAll(original, options)
  const figures: Figure[] = []
  for (const precision of PRECISIONS)
    figures.push(...figuresOf(precision, await drawAll(await transformerAt(original, precision), options), want))
  await maker.release()
  record('precision-released-size', figures)
  expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true)
})

/** Layers by what they do, each converted alone. The last group stays f32 at every precision below 16 bits. */
const LAYERS: Readonly<Record<string, RegExp>> = {
  'attn.qkv': /^blocks\.\d+\.attn\.qkv\.weight$/,
  'attn.proj': /^blocks\.\d+\.attn\.proj\.weight$/,
  'cross_attn.q': /^blocks\.\d+\.cross_attn\.q\.weight$/,
  'cross_attn.proj': /^blocks\.\d+\.cross_attn\.proj\.weight$/,
  'mlp.fc1': /^blocks\.\d+\.mlp\.fc1_\w\.weight$/,
  'mlp.fc2': /^blocks\.\d+\.mlp\.fc2\.weight$/,
  'conditioning and captions': /^(blocks\.\d+\.(attn\.qkv_d|cross_attn\.kv|adaLN_modulation)\.|y_embedder\.)/,
  'entrance, exit, times': /^(x_embedder|final_layer|t_embedder|delta_embedder)\./,
}

test('the embedded model, each kind of layer alone', { timeout: PATIENCE_MS }, async () => {
  const options = conditions.map((condition) => ({ condition }))
  const want = await drawAll(await converted('alone', 'f32', timPlan), options)
  const figures: Figure[] = []
  for (const precision of ['int8', 'q4'] as const) {
    for (const [name, layer] of Object.entries(LAYERS)) {
      const usual = timPlan
      const plan: StoragePlan = (key, shape, at) => {
        if (!layer.test(key)) return 'f32'
        const format = usual(key, shape, at)
        // As it would be if it were not left in f32; a product of integers serves tokens alone.
        return format === 'f32' ? plainPlan(key, shape, at === 'int8' ? 'q8' : at) : format
      }
      const got = await drawAll(await converted('alone', precision, plan), options)
      figures.push({ what: `${precision}: error of one pass by ${name} alone`, value: apart(got, want, ({ F }) => F), unit: '' })
    }
  }
  record('precision-layers', figures)
  expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true)
})
