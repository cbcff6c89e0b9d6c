import { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { OpName } from '../ir/op-specs'
import type { Value } from '../ir/value'

/** What a rewrite makes of a node: the values that stand for its outputs, or why it leaves the node alone. */
export type Replacement = readonly Value[] | { readonly kept: string }

/**
 * The graph with every node offered to `replace`, in topological order, its inputs already rewritten. A rewrite that keeps a node
 * says why, and tests assert the reason. Names of inputs, parameters and outputs stay.
 */
export function rewrite(graph: Graph, replace: (b: Builder, node: Node, inputs: readonly Value[]) => Replacement): Graph {
  const b = new Builder(graph.table)
  const image = new Map<Value, Value>()
  for (const value of [...graph.inputs, ...graph.params, ...graph.constants]) image.set(value, leaf(b, value))
  const imageOf = (value: Value): Value => {
    const known = image.get(value)
    if (known) return known
    // Taken for a zero it would be wrong in silence.
    if (value.source.kind === 'node')
      throw new TypeError(`A rewrite lost output ${value.source.index} of a ${value.source.node.op}.`)
    return leaf(b, value)
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(imageOf)
    const outputs = b.at(node.path, () => {
      const replacement = replace(b, node, inputs)
      return 'kept' in replacement ? b.emitAll<OpName>(node.op, inputs as never, node.attrs as never) : replacement
    })
    node.outputs.forEach((old, i) => {
      const made = outputs[i]
      if (made) image.set(old, made)
    })
  }
  return b.graph(Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, imageOf(value)])))
}

/** The input, parameter, constant or zero `value` in another graph. */
export function leaf(b: Builder, value: Value): Value {
  const { source } = value
  if (source.kind === 'input') return b.input(source.name, value.dtype, value.shape)
  if (source.kind === 'param') return b.param(source.key, value.dtype, value.shape)
  if (source.kind === 'constant') return b.constant(source.tensor)
  return b.zero(value)
}
