import { describe, expect, it } from 'vitest'
import type { Graph } from '../ir/graph'
import { f32 } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { hoistWeights } from './hoist-weights'

const SIDE = 128

const opsOf = (graph: Graph | undefined): string[] => (graph?.nodes ?? []).map((node) => node.op)

describe('hoistWeights', () => {
  it('computes once what weights alone decide, where it is large, and gives the same', async () => {
    const b = createBuilder()
    const w = b.param('w', 'f32', [SIDE, SIDE])
    const doubled = b.scale(b.transpose(w, [1, 0]), 2)
    const graph = b.graph({
      y: b.relu(b.add(b.matMul(b.input('x', 'f32', ['n', SIDE]), doubled), b.neg(b.param('c', 'f32', [SIDE])))),
    })
    const { fixed, rest } = hoistWeights(graph)
    expect(opsOf(fixed)).toEqual(['Transpose', 'Mul'])
    expect(opsOf(rest)).toEqual(['MatMul', 'Neg', 'Add', 'Relu'])
    const wave = (shape: number[]): ReturnType<typeof f32> =>
      f32(
        shape,
        Array.from({ length: shape.reduce((a, n) => a * n, 1) }, (_, i) => Math.sin(i)),
      )
    const weights = { w: wave([SIDE, SIDE]), c: wave([SIDE]) }
    const x = wave([1, SIDE])
    const [whole, first, second] = await Promise.all([graph, fixed!, rest].map((part) => openSession(part, { weights })))
    const found = await second!.run({ x, ...(await first!.run({})) })
    expect(found['y']?.data).toEqual((await whole!.run({ x }))['y']?.data)
    for (const session of [whole, first, second]) await session!.release()
  })

  it('leaves a graph alone whose weights are read as they are', () => {
    const b = createBuilder()
    const graph = b.graph({ y: b.mul(b.input('x', 'f32', [2]), b.param('w', 'f32', [2])) })
    expect(hoistWeights(graph)).toEqual({ rest: graph })
  })

  it('does not take constants for weights', () => {
    const b = createBuilder()
    const graph = b.graph({ y: b.add(b.input('x', 'f32', [2]), b.neg(b.constant(f32([2], [1, 2])))) })
    expect(hoistWeights(graph).fixed).toBeUndefined()
  })
})
