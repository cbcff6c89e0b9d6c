import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { fixturePath, fixtureTensors, relativeError } from '../../../../test/support/fixtures'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions, type ObjectiveResult } from '../../diffusion/objective'
import type { Keep } from '../../diffusion/stages/stage-graphs'
import { StagedPasses } from '../../diffusion/stages/staged-passes'
import { makeTransport } from '../../diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../diffusion/weighting'
import type { Tensor } from '../../ir/tensor'
import { readF32 } from '../../weights/convert'
import { convertComponent } from '../../weights/convert-component'
import { openFolder } from '../../weights/open-weights'
import { createAdapter } from '../peft/create'
import { readAdapter } from '../peft/read-adapter'
import { AdapterSpec } from '../peft/spec'
import type { Adapter } from '../peft/adapter'
import { timLinearLayers } from './linear-layers'
import { openTim, readTimWeights } from './load'
import { timNetworkGraph, type AdapterGraph, type TimCondition } from './network-graph'
import { timStages } from './stages'

const fixture = fixtureTensors('loss')
const text = openTim(fixturePath('tim-t2i'))
const classes = openTim(fixturePath('tim-c2i'))

const open: TransitionObjective<TimCondition>[] = []
afterEach(async () => {
  for (const made of open.splice(0)) await made.release()
})

function batchOf(prefix: string, more: object = {}): ObjectiveBatch<TimCondition> {
  const [x, z] = [fixture.f32(`${prefix}x`), fixture.f32(`${prefix}z`)]
  const times = (name: string): Float64Array => Float64Array.from(fixture.f32(name).data)
  const y = fixture.read(`${prefix}y`)
  const condition = y.dtype === 'i64' ? { classes: [...y.data].map(Number) } : { y: y as Tensor<'f32'> }
  return { x, z, t: times('t'), r: times('r'), nDiffusion: 1, condition: { ...condition, ...more } }
}

interface Given {
  readonly adapter: Adapter
  readonly dropout?: number
  readonly derivative?: 'dde' | 'jvp'
}

/** An objective on an adapter: in one piece, or in stages that keep `keep`. */
function objective(
  checkpoint: typeof text,
  { adapter, dropout = 0, derivative = 'dde' }: Given,
  keep?: Keep,
  stored?: Record<string, Tensor>,
): TransitionObjective<TimCondition> {
  const shapes = new Map(Object.entries(adapter.weights).map(([key, { shape }]) => [key, shape]))
  const graph: AdapterGraph = { layers: adapter.layers, shapes, dropout }
  const weights = { network: { ...readTimWeights(checkpoint), ...adapter.weights } }
  const options: ObjectiveOptions = {
    transport: makeTransport('OT_FM'),
    weighting: RELEASED_WEIGHTING,
    derivative,
    epsilon: 0.005,
    directional: true,
    projection: 0,
    trainable: [...shapes.keys()],
  }
  const network = timNetworkGraph(checkpoint.config, graph)
  const stages = timStages(checkpoint.config, graph, stored && checkpoint.source)
  const staged = stored ? { network: { ...stored, ...adapter.weights } } : weights
  const passes = keep && new StagedPasses(stages, staged, options, {}, keep)
  const made = new TransitionObjective(network, weights, options, passes)
  open.push(made)
  return made
}

function compare(staged: ObjectiveResult, whole: ObjectiveResult, tolerance: number): void {
  expect(relativeError(staged.F.data, whole.F.data)).toBeLessThan(2e-6)
  expect(relativeError(staged.derivative, whole.derivative)).toBeLessThan(tolerance)
  expect([...staged.gradients.keys()].sort()).toEqual([...whole.gradients.keys()].sort())
  const size = Math.hypot(...[...whole.gradients.values()].map((g) => Math.hypot(...g)))
  for (const [key, gradient] of whole.gradients) {
    const found = staged.gradients.get(key) ?? []
    const error = relativeError(found, gradient) * Math.hypot(...gradient)
    expect(error / size, key).toBeLessThan(tolerance)
  }
}

const fromFixture = (name: string): Adapter => readAdapter(fixturePath('peft', name), timLinearLayers(text.config)).adapter

/** An adapter that does something: B drawn too. */
function drawn(checkpoint: typeof text, spec: object): Adapter {
  const weight = (key: string) => readF32(checkpoint.source, `${key}.weight`)
  const adapter = createAdapter(AdapterSpec.parse(spec), timLinearLayers(checkpoint.config), { seed: 3, weight })
  for (const [key, { data }] of Object.entries(adapter.weights))
    if (key.endsWith('lora_B.weight')) data.forEach((_, i) => (data[i] = 0.05 * Math.sin(1 + i * 1.7 + key.length)))
  return adapter
}

test.each(['f16', 'q8'] as const)('on a base in %s as on the same numbers in f32', async (precision) => {
  const folder = mkdtempSync(join(tmpdir(), 'tim-base-'))
  try {
    await convertComponent(text.source, precision, join(folder, 'model.safetensors'))
    const source = openFolder(folder)
    const stored = Object.fromEntries([...source.tensors.keys()].map((key) => [key, source.read(key)]))
    const adapter = fromFixture('dora')
    const given = { adapter, derivative: 'jvp' } as const
    const found = await objective({ ...text, source }, given, 'products', stored).step(batchOf(''))
    compare(found, await objective({ ...text, source }, given).step(batchOf('')), 3e-6)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('training in stages', () => {
  test.each(['lora', 'dora', 'ranks', 'rslora'])('finds what training in one piece finds: %s', async (name) => {
    const adapter = fromFixture(name)
    const whole = await objective(text, { adapter }).step(batchOf(''))
    compare(await objective(text, { adapter }, 'products').step(batchOf('')), whole, 3e-5)
  })

  test('by forward mode too, and with classes', async () => {
    const adapter = drawn(classes, { rank: 2, targets: { preset: 'all' } })
    const given = { adapter, derivative: 'jvp' } as const
    const batch = batchOf('c2i.')
    compare(await objective(classes, given, 'products').step(batch), await objective(classes, given).step(batch), 3e-6)
  })

  test('reaches adapters on embedders and the final layer', async () => {
    const adapter = drawn(text, { rank: 2, targets: 'all-linear' })
    compare(
      await objective(text, { adapter }, 'products').step(batchOf('')),
      await objective(text, { adapter }).step(batchOf('')),
      3e-5,
    )
  })

  test('drops the same inputs in all passes of a step, in one piece and in stages', async () => {
    const given = { adapter: fromFixture('lora'), dropout: 0.3 }
    const batch = batchOf('', { dropout: { seed: 5, samples: [0, 1, 2, 3, 4, 5, 6, 7].slice(0, fixture.f32('t').data.length) } })
    const [staged, whole] = [await objective(text, given, 'products').step(batch), await objective(text, given).step(batch)]
    compare(staged, whole, 3e-5)
    const plain = await objective(text, { adapter: given.adapter }).step(batchOf(''))
    expect(relativeError(whole.F.data, plain.F.data)).toBeGreaterThan(1e-3)
    // Masks that differed between the two passes of the DDE would add their difference over 2ε, a hundred times F.
    const exact = await objective(text, { ...given, derivative: 'jvp' }).step(batch)
    expect(relativeError(whole.derivative, exact.derivative)).toBeLessThan(1e-2)
  })

  // Not bit for bit: what is computed again is fused otherwise than what was computed alone, which moves the last digit; the DDE
  // divides such a digit by 2ε.
  test('gives the same gradients but for rounding, whatever it keeps', async () => {
    const adapter = fromFixture('lora')
    const [first, ...others] = await Promise.all(
      (['nothing', 'products', 'everything'] as const).map((keep) => objective(text, { adapter }, keep).step(batchOf(''))),
    )
    for (const other of others) {
      expect(relativeError(other.F.data, first?.F.data ?? [])).toBeLessThan(2e-6)
      expect(relativeError(other.derivative, first?.derivative ?? [])).toBeLessThan(1e-4)
      for (const [key, gradient] of other.gradients)
        expect(relativeError(gradient, first?.gradients.get(key) ?? []), key).toBeLessThan(3e-5)
    }
  })
})
