import { describe, expect, it } from 'vitest'
import { vjp } from '../autodiff/vjp'
import type { Graph } from '../ir/graph'
import { f32 } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { relativeError } from '../../../test/support/fixtures'
import { lowerLayerNormalization } from './lower-layer-normalization'

const wave = (shape: number[]): ReturnType<typeof f32> =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.3) + 0.2),
  )

function network(withGradient: boolean): Graph {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['n', 8])
  const y = b.layerNormalization(x, b.param('scale', 'f32', [8]), b.param('bias', 'f32', [8]), 1e-5)
  const [xBar] = vjp(b, { outputs: [y], cotangents: [b.mul(y, y)], wrt: [x] })
  return b.graph(withGradient ? { y, xBar: xBar! } : { y })
}

const opsOf = (graph: Graph): string[] => graph.nodes.map((node) => node.op)

describe('lowerLayerNormalization', () => {
  it('gives the same values and gradients in primitives', async () => {
    const graph = network(true)
    const lowered = lowerLayerNormalization(graph)
    expect(opsOf(lowered)).not.toContain('LayerNormalization')
    const feeds = { x: wave([5, 8]), scale: wave([8]), bias: wave([8]) }
    const [a, b] = [await openSession(graph), await openSession(lowered)]
    const [want, got] = [await a.run(feeds), await b.run(feeds)]
    for (const name of ['y', 'xBar']) {
      expect(relativeError(got[name]!.data as Float32Array, want[name]!.data as Float32Array)).toBeLessThan(2e-6)
    }
    await a.release()
    await b.release()
  })

  it('keeps a normalisation whose statistics nobody uses', () => {
    expect(opsOf(lowerLayerNormalization(network(false)))).toEqual(['LayerNormalization'])
  })
})
