import { evaluateDim } from '../ir/dim'
import { BYTES } from '../ir/dtype'
import type { Subgraph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value, ValueType } from '../ir/value'

/** Ops whose result shares the memory of its input. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'StopGradient'])

/** Bytes of a value with these sizes of its symbolic axes. */
export function bytesOf({ dtype, shape }: ValueType, sizes: Readonly<Record<string, number>>): number {
  return shape.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), BYTES[dtype])
}

/**
 * Bytes of the values that a graph's nodes make, at the moment when most of them are alive: each lives from the node that makes it to the last that
 * reads it, outputs to the end. Nodes run in the graph's order. Inputs and weights are not counted: they belong to whoever feeds them.
 */
export function mostLiveBytes(graph: Subgraph, sizes: Readonly<Record<string, number>>): number {
  const owner = new Map<Value, Value>()
  const own = (value: Value): Value => owner.get(value) ?? value
  const lastRead = new Map<Value, Node>()
  for (const node of graph.nodes) {
    const [input] = node.inputs
    if (VIEWS.has(node.op) && input) for (const output of node.outputs) owner.set(output, own(input))
    for (const value of node.inputs) lastRead.set(own(value), node)
  }
  const kept = new Set(Object.values(graph.outputs).map(own))
  let [live, most] = [0, 0]
  const made = new Set<Value>()
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (own(output) !== output) continue
      made.add(output)
      live += bytesOf(output, sizes)
    }
    most = Math.max(most, live)
    for (const value of new Set([...node.inputs, ...node.outputs].map(own))) {
      const isDone = lastRead.get(value) === node || (!lastRead.has(value) && node.outputs.includes(value))
      if (made.has(value) && isDone && !kept.has(value)) live -= bytesOf(value, sizes)
    }
  }
  return most
}
