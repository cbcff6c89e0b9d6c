import { countOf } from '../ir/dim'
import { subgraphOf, type Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value } from '../ir/value'
import { rewrite } from './rewrite'

/** A graph in two: what its weights alone decide, and the rest, which takes that as inputs of the same names. */
export interface Hoisted {
  /** Absent where nothing is decided by weights alone. */
  readonly fixed?: Graph
  readonly rest: Graph
}

/** Elements from which on a result is worth a session of its own; smaller ones ONNX Runtime folds well. */
const LARGE = 2 ** 14

/**
 * Takes out of a graph what depends on weights but not on inputs, so that it is computed once and not at each run: the
 * large results, which ONNX Runtime would fold through several copies of each. Exact.
 */
export function hoistWeights(graph: Graph): Hoisted {
  const inputs = new Set<Value>(graph.inputs)
  const weights = new Set<Value>(graph.params)
  const moving = new Set<Node>()
  for (const node of graph.nodes) {
    if (node.inputs.some((x) => inputs.has(x))) {
      moving.add(node)
      for (const y of node.outputs) inputs.add(y)
    } else if (node.inputs.some((x) => weights.has(x))) for (const y of node.outputs) weights.add(y)
  }
  const read = [...[...moving].flatMap((node) => node.inputs), ...Object.values(graph.outputs)]
  const cut = [...new Set(read)].filter((value) => value.source.kind === 'node' && weights.has(value) && isLarge(value))
  if (cut.length === 0) return { rest: graph }
  const names = new Map(cut.map((value, i) => [value, `fixed.${i}`]))
  const rest = rewrite(graph, (b, node) => {
    if (!node.outputs.some((value) => names.has(value))) return { kept: 'it reads an input, or only weights read it' }
    return node.outputs.map((value) => b.input(names.get(value) ?? `unread.${value.id}`, value.dtype, value.shape))
  })
  const fixed = Object.fromEntries(cut.map((value) => [names.get(value) ?? '', value]))
  return { fixed: { ...subgraphOf(fixed), table: graph.table }, rest }
}

function isLarge({ shape }: Value): boolean {
  const count = countOf(shape)
  return typeof count === 'number' && count >= LARGE
}
