import { describe, expect, it } from 'vitest'
import { relativeError } from '../../../test/support/fixtures'
import type { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Value } from '../ir/value'
import { f32, type Tensor } from '../ir/tensor'
import { attention, joinHeads, rotate, splitHeads } from '../nn/attention'
import { linear } from '../nn/linear'
import { layerNorm, modulate, plainLayerNorm } from '../nn/norm'
import { plainNet, type Net } from '../nn/net'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { fuse } from './fuse'

const wave = (shape: readonly number[], seed: number): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + seed) + 0.1),
  )

const opsOf = (graph: Graph): string[] => graph.nodes.map((node) => node.op)

/** A graph, fused, and the largest relative error between what both give at b = 2, n = 5, m = 3. */
async function compare(build: (net: Net, b: Builder) => Record<string, Value>): Promise<{ fused: string[]; error: number }> {
  const b = createBuilder()
  const graph = b.graph(build(plainNet(b), b))
  const fused = fuse(graph)
  const sizes: Readonly<Record<string, number>> = { b: 2, n: 5, m: 3 }
  const feeds = Object.fromEntries(
    [...graph.inputs, ...graph.params].map((value, i) => {
      const shape = value.shape.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? NaN)))
      return [
        value.source.kind === 'input' ? value.source.name : value.source.kind === 'param' ? value.source.key : '',
        wave(shape, i),
      ]
    }),
  )
  const [a, z] = [await openSession(graph), await openSession(fused)]
  const [want, got] = [await a.run(feeds), await z.run(feeds)]
  await a.release()
  await z.release()
  const errors = Object.keys(want).map((name) => relativeError(got[name]!.data as Float32Array, want[name]!.data as Float32Array))
  return { fused: opsOf(fused), error: Math.max(...errors) }
}

describe('a linear layer', () => {
  const size = { in: 8, out: 6 }

  it('with its bias, and a row added to that, is one Gemm', async () => {
    const { fused, error } = await compare((net, b) => {
      const y = linear(net, 'fc', b.input('x', 'f32', ['b', 'n', 8]), size)
      return { y: b.add(y, b.input('row', 'f32', [1, 1, 6])) }
    })
    expect(fused.filter((op) => op !== 'Reshape')).toEqual(['Add', 'Gemm'])
    expect(error).toBeLessThan(2e-6)
  })

  it('keeps an addition that differs between pictures', async () => {
    const { fused, error } = await compare((net, b) => {
      const y = linear(net, 'fc', b.input('x', 'f32', ['b', 'n', 8]), size)
      return { y: b.add(y, b.input('rows', 'f32', ['b', 1, 6])) }
    })
    expect(fused.filter((op) => op !== 'Reshape')).toEqual(['Gemm', 'Add'])
    expect(error).toBeLessThan(2e-6)
  })

  it('whose product is used elsewhere is not computed twice', async () => {
    const { fused } = await compare((net, b) => {
      const y = linear(net, 'fc', b.input('x', 'f32', ['b', 'n', 8]), size, false)
      return { y, z: b.add(y, net.weight('fc.bias', [6])) }
    })
    expect(fused.filter((op) => op !== 'Reshape')).toEqual(['Gemm', 'Add'])
  })
})

describe('a modulated normalisation', () => {
  const modulated = (rows: 'b' | 1) =>
    compare((net, b) => {
      const [shift, scale] = [b.input('shift', 'f32', [rows, 1, 8]), b.input('scale', 'f32', [rows, 1, 8])]
      return { y: modulate(net, plainLayerNorm(net, b.input('x', 'f32', ['b', 'n', 8]), 8), shift, scale) }
    })

  it('is one normalisation where all pictures share a row', async () => {
    const { fused, error } = await modulated(1)
    expect(fused.filter((op) => op !== 'Reshape')).toEqual(['Add', 'LayerNormalization'])
    expect(error).toBeLessThan(2e-6)
  })

  it('stays as it is where each picture has its own', async () => {
    const { fused, error } = await modulated('b')
    expect(fused).toEqual(['LayerNormalization', 'Add', 'Mul', 'Add'])
    expect(error).toBeLessThan(2e-6)
  })
})

describe('attention', () => {
  const tables = (b: Builder) => ({ cos: b.input('cos', 'f32', ['n', 2]), sin: b.input('sin', 'f32', ['n', 2]) })

  it('with norms and rotation of its heads is one op, and no head is moved', async () => {
    const { fused, error } = await compare((net, b) => {
      const [q, k, v] = ['q', 'k', 'v'].map((name) => splitHeads(net, b.input(name, 'f32', ['b', 'n', 12]), 3))
      const turned = [q!, k!].map((x, i) => rotate(net, layerNorm(net, `norm${i}`, x, 4), tables(b)))
      return { y: joinHeads(net, attention(net, turned[0]!, turned[1]!, v!)) }
    })
    expect(fused).toContain('MultiHeadAttention')
    expect(fused).not.toContain('Transpose')
    expect(fused).not.toContain('Softmax')
    expect(error).toBeLessThan(2e-6)
  })

  it('keeps the statistics of a norm that others read, as gradients do', async () => {
    const { fused, error } = await compare((net, b) => {
      const heads = splitHeads(net, b.input('q', 'f32', ['b', 'n', 12]), 3)
      const [q, mean, deviation] = b.emitAll('LayerNormalization', [heads, net.weight('norm.weight', [4])], { epsilon: 1e-5 })
      const k = splitHeads(net, b.input('k', 'f32', ['b', 'n', 12]), 3)
      return { y: joinHeads(net, attention(net, q!, k, k)), mean: mean!, deviation: deviation! }
    })
    expect(fused).toContain('MultiHeadAttention')
    expect(error).toBeLessThan(2e-6)
  })

  it('to a caption whose heads lie apart moves those alone', async () => {
    const { fused, error } = await compare((net, b) => {
      const q = splitHeads(net, b.input('q', 'f32', ['b', 'n', 12]), 3)
      const [k, v] = ['k', 'v'].map((name) => b.input(name, 'f32', ['b', 3, 'm', 4]))
      return { y: joinHeads(net, attention(net, q, k!, v!)) }
    })
    expect(fused.filter((op) => op !== 'Reshape')).toEqual(['Transpose', 'Transpose', 'MultiHeadAttention'])
    expect(error).toBeLessThan(2e-6)
  })

  it('to a caption that a batch shares stays as it is', async () => {
    const { fused, error } = await compare((net, b) => {
      const q = splitHeads(net, b.input('q', 'f32', ['b', 'n', 12]), 3)
      const [k, v] = ['k', 'v'].map((name) => b.input(name, 'f32', [1, 3, 'm', 4]))
      return { y: joinHeads(net, attention(net, q, k!, v!)) }
    })
    expect(fused).toContain('Softmax')
    expect(error).toBeLessThan(2e-6)
  })
})
