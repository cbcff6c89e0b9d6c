import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { relativeError } from '../../../../test/support/fixtures'
import { sessionsMade } from '../../../../test/support/sessions-made'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { convertComponent } from '../../weights/convert-component'
import { openFolder } from '../../weights/open-weights'
import { writeSafetensors } from '../../weights/write-safetensors'
import { TimConfig } from './config'
import { openTim } from './load'
import type { TimCondition } from './network-graph'
import { openTimNetwork, type OpenNetworkOptions } from './open-network'
import { timParameters } from './parameters'
import { alwaysApart, alwaysJoined } from './pass-choice'
import { measurePrecisionErrors } from './precision-error'
import { timPlan } from './precision'

const common = {
  input_size: 10,
  patch_size: 1,
  in_channels: 8,
  hidden_size: 128,
  depth: 3,
  num_heads: 4,
  encoder_depth: 1,
  qk_norm: true,
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 64,
}
const CONFIGS = {
  text: TimConfig.parse({ ...common, cap_feat_dim: 96 }),
  class: TimConfig.parse({ ...common, num_classes: 10 }),
}
const PRECISIONS = ['f32', 'f16', 'q8', 'q4', 'int8'] as const
type Kind = keyof typeof CONFIGS

const root = temporaryFolder()
const folderOf = (kind: Kind, precision: string): string => join(root, `${kind}-${precision}`)
const random = new RandomStream(5)
const normals = (shape: readonly number[], spread = 1): Tensor<'f32'> =>
  f32(
    shape,
    random.normals(sizeOf(shape)).map((x) => spread * x),
  )

beforeAll(async () => {
  for (const [kind, config] of Object.entries(CONFIGS) as [Kind, TimConfig][]) {
    for (const precision of [...PRECISIONS, ...PRECISIONS.map((p) => `${p} widened`)]) {
      mkdirSync(folderOf(kind, precision))
      writeFileSync(join(folderOf(kind, precision), 'config.json'), JSON.stringify(config))
    }
    // Signals keep their size from layer to layer, as in a network that was trained.
    const weights = [...timParameters(config, { projector: false })].map(([key, shape]) => {
      const norm = /norm\.weight$/.test(key)
      const spread = shape.length > 1 ? 1 / Math.sqrt(sizeOf(shape.slice(1))) : 0.1
      const drawn = normals(shape, spread)
      return [
        key,
        norm
          ? f32(
              shape,
              drawn.data.map((x) => 1 + x),
            )
          : drawn,
      ] as const
    })
    await writeSafetensors(join(folderOf(kind, 'f32'), 'model.safetensors'), new Map(weights))
    for (const precision of PRECISIONS.slice(1)) await convert(kind, 'f32', precision, precision)
    for (const precision of PRECISIONS.slice(1)) await convert(kind, precision, 'f32', `${precision} widened`)
  }
})

async function convert(kind: Kind, from: string, precision: (typeof PRECISIONS)[number], to: string): Promise<void> {
  const file = join(folderOf(kind, to), 'model.safetensors')
  await convertComponent(openFolder(folderOf(kind, from)), precision, file, { plan: timPlan })
}

const x = normals([1, 8, 10, 6])
const CONDITIONS: { readonly [K in Kind]: readonly TimCondition[] } = {
  text: [{ y: normals([1, 7, 96]) }, { y: normals([1, 7, 96]) }],
  class: [{ classes: [3] }, { classes: [10] }],
}

/** F of both conditions, one after the other. */
async function predict(kind: Kind, precision: string, options: OpenNetworkOptions = { mapped: true }): Promise<Float32Array> {
  const network = openTimNetwork(openTim(folderOf(kind, precision)), options)
  const found = await network.predict(x, Float64Array.of(0.7), Float64Array.of(0.2), CONDITIONS[kind])
  await network.release()
  return Float32Array.from(found.flatMap(({ data }) => [...data]))
}

describe.each(['text', 'class'] as const)('a %s network', (kind) => {
  test.each([true, false])('that was opened makes no session in its first pass (mapped: %s)', async (mapped) => {
    const network = openTimNetwork(openTim(folderOf(kind, 'f32')), { mapped })
    await network.open()
    const pass = () => network.predict(x, Float64Array.of(0.7), Float64Array.of(0.2), CONDITIONS[kind])
    const { result: found, made } = await sessionsMade(pass)
    await network.release()
    expect(made).toBe(0)
    expect(Float32Array.from(found.flatMap(({ data }) => [...data]))).toEqual(await predict(kind, 'f32', { mapped }))
  })

  // float32's own error: the same weights, in another order of sums.
  test.each(['f16', 'q8', 'q4'] as const)('computes in %s what its weights mean', async (precision) => {
    const [got, want] = [await predict(kind, precision), await predict(kind, `${precision} widened`)]
    expect(relativeError(got, want)).toBeLessThan(3e-6)
  })

  // Rounded weights alone: 2⁻¹² of each in f16; 1/254 of the largest of a row in q8 (about 3 of its deviations, so 0.7 % of a typical
  // weight, evenly spread: /√3); 1/30 of the range of 32 in q4 (about 4 deviations: 8 %). int8 rounds every activation to 1/255 of
  // the range of all of them as well. Three blocks add up.
  test.each([
    ['f16', 1e-5, 1e-3],
    ['q8', 1e-3, 0.02],
    ['q4', 0.02, 0.2],
    ['int8', 3e-3, 0.06],
  ] as const)('errs in %s by what rounding its weights explains', async (precision, least, most) => {
    const error = relativeError(await predict(kind, precision), await predict(kind, 'f32'))
    expect(error).toBeLessThan(most)
    expect(error).toBeGreaterThan(least)
  })

  test.each(['f32', 'q4', 'int8'] as const)(
    'gives in %s the same numbers streamed as resident, to the bit',
    async (precision) => {
      expect(await predict(kind, precision, { streamed: true })).toEqual(await predict(kind, precision))
    },
  )

  test.each(['f32', 'q8'] as const)(
    'gives in %s the same numbers for both conditions as one batch, to the bit',
    async (precision) => {
      for (const mapped of [true, false]) {
        const joined = await predict(kind, precision, { mapped, passes: alwaysJoined })
        expect(joined).toEqual(await predict(kind, precision, { mapped, passes: alwaysApart }))
      }
    },
  )

  test('is the same network mapped as widened in memory', async () => {
    expect(relativeError(await predict(kind, 'f32'), await predict(kind, 'f32', { mapped: false }))).toBeLessThan(3e-6)
  })
})

test('products of integers never share a batch, whatever is asked for', async () => {
  const asked = await predict('text', 'int8', { passes: alwaysJoined })
  expect(asked).toEqual(await predict('text', 'int8'))
})

test('the errors of a precision are measured for whoever chooses it', async () => {
  const folder = (precision: string): string => folderOf('text', precision)
  const decode = async ({ data }: Tensor<'f32'>): Promise<Float32Array> => Promise.resolve(data.map((v) => 2 * v))
  const { pass, latent, picture } = await measurePrecisionErrors(folder('f32'), folder('q4'), { decode })
  expect(pass).toBeGreaterThan(0.02)
  expect(pass).toBeLessThan(0.2)
  // Eight steps of a path add their errors to noise that both begin with.
  expect(latent).toBeGreaterThan(1e-3)
  expect(latent).toBeLessThan(0.3)
  expect(picture).toBeCloseTo(latent, 10)
  expect(await measurePrecisionErrors(folder('f32'), folder('f32'))).toEqual({ pass: 0, latent: 0 })
})

test('a pass stops between two blocks when it is asked to', async () => {
  const network = openTimNetwork(openTim(folderOf('text', 'f32')), { mapped: true })
  const stop = new AbortController()
  network.stopAt(stop.signal)
  const pass = () => network.predict(x, Float64Array.of(0.7), Float64Array.of(0.2), CONDITIONS.text)
  const whole = await pass()
  // A message that comes while the pass runs is let in between two of its parts.
  setImmediate(() => stop.abort(new Error('enough')))
  await expect(pass()).rejects.toThrow('enough')
  network.stopAt(undefined)
  expect(await pass()).toEqual(whole)
  await network.release()
})
