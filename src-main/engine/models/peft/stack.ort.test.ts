import { afterEach, describe, expect, test } from 'vitest'
import { fixturePath, fixtureTensors, relativeError } from '../../../../test/support/fixtures'
import type { Tensor } from '../../ir/tensor'
import { readF32 } from '../../weights/convert'
import { timLinearLayers } from '../tim/linear-layers'
import { openTim, readTimWeights } from '../tim/load'
import { TimNetwork } from '../tim/network'
import { readAdapter } from './read-adapter'
import { layerChanges, stackAdapters, type StackedAdapter } from './stack'
import { WeightChanges } from './weight-change'

const checkpoint = openTim(fixturePath('tim-t2i'))
const layers = timLinearLayers(checkpoint.config)
const weights = readTimWeights(checkpoint)
const changes = new WeightChanges()
const open: TimNetwork[] = []
afterEach(async () => {
  for (const network of open.splice(0)) await network.release()
  await changes.release()
})

const network = (given: Readonly<Record<string, Tensor>> = weights): TimNetwork => {
  const made = new TimNetwork(checkpoint.config, { weights: given, weightsAs: 'inputs' })
  open.push(made)
  return made
}

async function stacked(name: string, strength: number): Promise<StackedAdapter> {
  const { adapter } = readAdapter(fixturePath('peft', name), layers)
  return { adapter, strength, gains: await changes.gains(adapter, (key) => readF32(checkpoint.source, `${key}.weight`)) }
}

const cases = fixtureTensors('peft/lora')
async function drawn(by: TimNetwork, from = cases): Promise<Float32Array> {
  const times = (name: string): Float64Array => Float64Array.from(from.f32(name).data)
  const [out] = await by.predict(from.f32('x'), times('t'), times('r'), [{ y: from.f32('y') }])
  return out?.data ?? new Float32Array()
}

/** The weights with a stack inside them. */
async function merged(stack: readonly StackedAdapter[]): Promise<Record<string, Tensor>> {
  const all: Record<string, Tensor> = { ...weights }
  for (const [key, change] of layerChanges(stack)) {
    const weight = weights[`${key}.weight`]
    if (weight) all[`${key}.weight`] = await changes.apply(weight, change)
  }
  return all
}

describe('a stack of adapters', () => {
  test.each(['lora', 'rslora', 'dora', 'ranks'])('of one alone computes what PEFT computes: %s', async (name) => {
    const from = fixtureTensors(`peft/${name}`)
    const by = network()
    by.use(stackAdapters([await stacked(name, 1)]))
    expect(relativeError(await drawn(by, from), from.f32('out').data)).toBeLessThan(3e-6)
  })

  test('with strengths, negative ones too, computes what weights with the adapters inside compute', async () => {
    const stack = [await stacked('lora', 0.8), await stacked('dora', -0.5), await stacked('rslora', 1.3)]
    const by = network()
    const bare = await drawn(by)
    by.use(stackAdapters(stack))
    const found = await drawn(by)
    expect(relativeError(found, await drawn(network(await merged(stack))))).toBeLessThan(1e-5)
    expect(relativeError(found, bare)).toBeGreaterThan(1e-2)
  })

  test('switches strengths and adapters; what is not in use changes not a bit', async () => {
    const by = network()
    const bare = await drawn(by)
    const [one, other] = [await stacked('lora', 1), await stacked('rslora', 1)]
    by.use(stackAdapters([one]))
    const first = await drawn(by)
    by.use(stackAdapters([{ ...one, strength: 0.5 }, other]))
    expect(relativeError(await drawn(by), first)).toBeGreaterThan(1e-3)
    by.use(stackAdapters([one]))
    expect(await drawn(by)).toEqual(first)
    by.use(stackAdapters([{ ...one, strength: 0 }]))
    expect(await drawn(by)).toEqual(bare)
    by.use(stackAdapters([one, { ...other, strength: 0 }]))
    expect(await drawn(by)).toEqual(first)
  })

  test('leaves what it takes in full away again: strength 1 and −1 of the same adapter', async () => {
    const by = network()
    const bare = await drawn(by)
    const one = await stacked('lora', 1)
    by.use(stackAdapters([one, { ...one, strength: -1 }]))
    expect(relativeError(await drawn(by), bare)).toBeLessThan(1e-5)
  })
})
