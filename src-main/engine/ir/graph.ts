import type { Node } from './node'
import type { OpTable } from './op'
import type { Value } from './value'

/** A finished graph, with the table that says what its ops are. */
export interface Graph extends Subgraph {
  readonly table: OpTable
}

/** What some outputs need: nodes in topological order. */
export interface Subgraph {
  readonly inputs: readonly Value[]
  readonly params: readonly Value[]
  readonly constants: readonly Value[]
  readonly nodes: readonly Node[]
  readonly outputs: Readonly<Record<string, Value>>
}

/** Name of an input or key of a parameter. */
export function nameOf(value: Value): string {
  if (value.source.kind === 'input') return value.source.name
  if (value.source.kind === 'param') return value.source.key
  return `v${value.id}`
}

/** The subgraph that `outputs` need. Inputs and params stand in the order of their declaration; those nobody reads are left out. */
export function subgraphOf(outputs: Readonly<Record<string, Value>>): Subgraph {
  const inputs: Value[] = []
  const params: Value[] = []
  const constants: Value[] = []
  const nodes: Node[] = []
  const seen = new Set<Value>()
  const seenNodes = new Set<Node>()
  // Iterative post-order: a network of thousands of nodes would overflow the stack.
  const stack: (Value | { readonly done: Node })[] = Object.values(outputs).reverse()
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if ('done' in top) {
      nodes.push(top.done)
      continue
    }
    if (seen.has(top)) continue
    seen.add(top)
    const { source } = top
    if (source.kind === 'input') inputs.push(top)
    else if (source.kind === 'param') params.push(top)
    else if (source.kind === 'constant') constants.push(top)
    else if (source.kind === 'node' && !seenNodes.has(source.node)) {
      seenNodes.add(source.node)
      stack.push({ done: source.node }, ...[...source.node.inputs].reverse())
    }
  }
  inputs.sort((a, b) => a.id - b.id)
  params.sort((a, b) => a.id - b.id)
  return { inputs, params, constants, nodes, outputs }
}
