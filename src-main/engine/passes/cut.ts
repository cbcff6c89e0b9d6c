import { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { OpName } from '../ir/op-specs'
import type { Value } from '../ir/value'
import { leaf } from './rewrite'

/** The graph with some of its inner values given as inputs under the names of `at`. What only they needed falls away. */
export function cut(graph: Graph, at: ReadonlyMap<Value, string>): Graph {
  const b = new Builder(graph.table)
  const image = new Map<Value, Value>()
  for (const [value, name] of at) image.set(value, b.input(name, value.dtype, value.shape))
  const imageOf = (value: Value): Value => {
    const known = image.get(value) ?? leaf(b, value)
    image.set(value, known)
    return known
  }
  for (const node of graph.nodes) {
    if (node.outputs.every((value) => image.has(value))) continue
    const inputs = node.inputs.map(imageOf)
    const outputs = b.at(node.path, () => b.emitAll<OpName>(node.op, inputs as never, node.attrs as never))
    node.outputs.forEach((old, i) => {
      const made = outputs[i]
      if (made && !image.has(old)) image.set(old, made)
    })
  }
  return b.graph(Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, imageOf(value)])))
}
