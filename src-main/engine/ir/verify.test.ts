import { describe, expect, it } from 'vitest'
import { createBuilder } from '../ops/table'
import type { Graph } from './graph'
import type { Node } from './node'
import { f32 } from './tensor'
import type { Value } from './value'
import { verify, violations, type RuleName } from './verify'

function linear(): Graph {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['b', 4])
  const w = b.param('w', 'f32', [4, 2])
  const bias = b.constant(f32([2], [1, 2]))
  return b.scope('layer', () => b.graph({ y: b.add(b.matMul(x, w), bias) }))
}

/** The graph with one node changed; the nodes after it still read the old results. */
function withNode(graph: Graph, index: number, change: Partial<Node>): Graph {
  return { ...graph, nodes: graph.nodes.map((node, i) => (i === index ? { ...node, ...change } : node)) }
}

const rulesOf = (graph: Graph): RuleName[] => [...new Set(violations(graph).map(({ rule }) => rule))]

describe('verify', () => {
  it('finds nothing in a graph from the builder', () => {
    expect(violations(linear())).toEqual([])
    expect(() => verify(linear())).not.toThrow()
  })

  it('order: a value is read before it is made, or made nowhere', () => {
    const graph = linear()
    const turned = { ...graph, nodes: [...graph.nodes].reverse() }
    expect(violations(turned)).toContainEqual({
      rule: 'order',
      at: 'Add in layer',
      message: expect.stringMatching(/reads v\d+ before it is made/) as string,
    })
    expect(rulesOf({ ...graph, nodes: graph.nodes.slice(0, 1) })).toContain('order')
    expect(rulesOf({ ...graph, params: [] })).toContain('order')
  })

  it('names: two inputs of one name, an input named like a result', () => {
    const graph = linear()
    const [x] = graph.inputs
    expect(rulesOf({ ...graph, inputs: [...graph.inputs, ...graph.inputs] })).toContain('names')
    const result = graph.nodes[0]!.outputs[0]!
    const clash: Value = { ...x!, source: { kind: 'input', name: `v${result.id}` } }
    expect(violations({ ...graph, inputs: [...graph.inputs, clash] })).toContainEqual({
      rule: 'names',
      at: `v${result.id}`,
      message: 'this name is used twice',
    })
  })

  it('arity and types: operands missing, a recorded type that is not the inferred one, operands that do not fit', () => {
    const graph = linear()
    const [product] = graph.nodes
    const wrongly = withNode(graph, 0, { inputs: product!.inputs.slice(0, 1) })
    expect(violations(wrongly)).toContainEqual({ rule: 'arity', at: 'MatMul in layer', message: 'has 1 operands' })
    const recorded = withNode(graph, 0, { outputs: [{ ...product!.outputs[0]!, shape: ['b', 3] }] })
    expect(violations(recorded)).toContainEqual({
      rule: 'types',
      at: 'MatMul in layer',
      message: 'records f32(b,3), infers f32(b,2)',
    })
    const swapped = withNode(graph, 0, { inputs: [...product!.inputs].reverse() })
    expect(violations(swapped).find(({ rule }) => rule === 'types')?.message).toMatch(
      /refuses f32\(4,2\) × f32\(b,4\): the last of the first/,
    )
  })

  it('reachable: a node or an input that leads to no output', () => {
    const graph = linear()
    const product = graph.nodes[0]!.outputs[0]!
    expect(violations({ ...graph, outputs: { y: product } })).toEqual([
      { rule: 'reachable', at: 'Add in layer', message: 'leads to no output' },
    ])
    const b = createBuilder()
    const idle = b.input('idle', 'f32', [1])
    expect(violations({ ...graph, inputs: [...graph.inputs, idle] })).toEqual([
      { rule: 'reachable', at: 'idle', message: 'is read by nobody' },
    ])
  })

  it('constants: as many numbers as the shape says', () => {
    const graph = linear()
    const [constant] = graph.constants
    const short: Value = {
      ...constant!,
      source: { kind: 'constant', tensor: { dtype: 'f32', shape: [2], data: new Float32Array(1) } },
    }
    expect(rulesOf({ ...graph, constants: [short] })).toContain('constants')
  })

  it('zeros: a symbolic zero is no tensor', () => {
    const graph = linear()
    const zero: Value = { id: 99, source: { kind: 'zero' }, dtype: 'f32', shape: ['b', 2] }
    expect(rulesOf({ ...graph, outputs: { ...graph.outputs, zero } })).toContain('zeros')
    expect(rulesOf(withNode(graph, 1, { inputs: [zero, zero] }))).toContain('zeros')
  })

  it('symbols: each is the size of some input axis', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', ['b*n', 4])
    expect(violations(b.graph({ y: b.reshape(x, ['b', 'n', 4]) }))).toEqual([
      { rule: 'symbols', at: 'Reshape in top', message: "no input axis gives the size of 'b'" },
      { rule: 'symbols', at: 'Reshape in top', message: "no input axis gives the size of 'n'" },
    ])
    b.input('y', 'f32', ['b'])
    const known = createBuilder()
    const z = known.input('z', 'f32', ['3*n', 4])
    expect(violations(known.graph({ y: known.reshape(z, ['n', 12]) }))).toEqual([])
  })

  it('throws one error that names the rules', () => {
    const graph = linear()
    expect(() => verify({ ...graph, nodes: [...graph.nodes].reverse() })).toThrow(
      /broken rules: order at Add in layer: reads v\d+ before it is made/,
    )
  })
})
