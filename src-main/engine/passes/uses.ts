import type { Graph } from '../ir/graph'
import type { Value } from '../ir/value'

/** True for values that one node alone reads and nobody asked for: what makes them may be absorbed by their reader. */
export function readOnce(graph: Graph): (value: Value) => boolean {
  const counts = new Map<Value, number>()
  for (const value of [...graph.nodes.flatMap((node) => node.inputs), ...Object.values(graph.outputs)])
    counts.set(value, (counts.get(value) ?? 0) + 1)
  return (value) => counts.get(value) === 1
}
