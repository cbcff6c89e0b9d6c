import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { buildTim } from '../../src-main/engine/models/tim/build'
import { timeInputs } from '../../src-main/engine/models/tim/embed'
import { openTim, readTimWeights } from '../../src-main/engine/models/tim/load'
import { timFeeds, type TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { plainNet } from '../../src-main/engine/nn/net'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the reference implementation is at 2e-7. */
const TOLERANCE = 2e-6

interface Case {
  readonly case: number
  readonly new_condition?: string
}

const FOLDERS = ['tim-t2i', 'tim-t2i-plain', 'tim-t2i-conditions', 'tim-c2i', 'tim-c2i-p4'] as const

describe.each(FOLDERS)('%s', (folder) => {
  const tensors = fixtureTensors(folder)
  const model = fixturePath(folder)
  const inputsOf = (index: number): Record<string, Tensor> =>
    Object.fromEntries(['x', 't', 'r', 'y'].map((name) => [name, tensors.read(`${index}.${name}`)]))

  test.each(fixtureCases<Case[]>(folder))('case $case: out', async ({ case: index, new_condition }) => {
    const options = new_condition === undefined ? {} : { new_condition }
    const { out } = await probeTensors('transformer', { model, tensors: inputsOf(index), options })
    expect(relativeError(out!.data as Float32Array, tensors.f32(`${index}.out`).data)).toBeLessThan(TOLERANCE)
    expect(out!.shape).toEqual(tensors.f32(`${index}.out`).shape)
  })

  const middles = tensors.names.filter((name) => name.startsWith('0.mid.'))
  test.runIf(middles.length > 0)('every intermediate value of case 0, in the graph that training uses', async () => {
    const checkpoint = openTim(model)
    const { config } = checkpoint
    const b = createBuilder()
    const net = plainNet(b)
    const { out, middle } = buildTim(net, config, timeInputs(net, 'b'))
    const session = await openSession(b.graph({ ...middle, out }), { weights: readTimWeights(checkpoint) })
    const [x, t, r] = (['x', 't', 'r'] as const).map((name) => tensors.f32(`0.${name}`))
    const y = tensors.read('0.y')
    const condition: TimCondition = y.dtype === 'i64' ? { classes: [...y.data].map(Number) } : { y: y as Tensor<'f32'> }
    const found = await session.run(timFeeds(config, x!, Float64Array.from(t!.data), Float64Array.from(r!.data), condition))
    await session.release()
    expect(middles.length).toBeGreaterThan(7)
    // Where one embedder serves t and Δt, the reference recorded its last call: that of Δt.
    const ours = (name: string) => (name === 't_embedder' && !config.use_new_embed ? 'delta_embedder' : name)
    for (const name of middles) {
      const value = found[ours(name.slice('0.mid.'.length))]
      expect(relativeError((value?.data ?? []) as Float32Array, tensors.f32(name).data), name).toBeLessThan(TOLERANCE)
    }
  })
})

describe('gradients of Σ out·cotangent', () => {
  const model = fixturePath('tim-c2i')
  const tensors = fixtureTensors('tim-c2i')
  const weights = readTimWeights(openTim(model))
  const point = Object.fromEntries(['x', 't', 'r', 'y'].map((name) => [name, tensors.read(`0.${name}`)]))
  const cotangent = tensors.f32('0.out')

  test('they reach every parameter but the projector, and are exact where the output is linear', async () => {
    const found = await probeTensors('transformer', { model, tensors: { ...point, cotangent } })
    expect(Object.keys(found).sort()).toEqual(['out', ...Object.keys(weights).map((key) => `grad.${key}`)].sort())
    for (const key of Object.keys(weights)) {
      const size = Math.hypot(...(found[`grad.${key}`]!.data as Float32Array))
      if (key.startsWith('projector.')) expect(size, key).toBe(0)
      else expect(size, key).toBeGreaterThan(0)
    }
    // The output is linear in the bias of the last layer: its gradient is the sum of the cotangent over the patches.
    const [batch = 0, channels = 0, height = 0, width = 0] = cotangent.shape
    const sums = new Float64Array(channels * 4)
    for (let i = 0; i < batch * channels * height * width; i++) {
      const [x, y, c] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height)) % channels]
      sums[((y % 2) * 2 + (x % 2)) * channels + c]! += cotangent.data[i]!
    }
    expect(relativeError(found['grad.final_layer.linear.bias']!.data as Float32Array, sums)).toBeLessThan(TOLERANCE)
  })
})
