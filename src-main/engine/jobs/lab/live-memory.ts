import { evaluateDim } from '../../ir/dim'
import { BYTES } from '../../ir/dtype'
import { nameOf, type Graph } from '../../ir/graph'
import type { Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'

/**
 * Bytes of the results that are alive at once at most when a graph runs in its order and each is let go after its last use. Weights and
 * inputs are not counted: they lie there anyhow. What a runtime saves or adds is its own affair, so this is the same on every machine.
 * `feeds` give the symbolic dimensions their sizes.
 */
export function liveBytes(graph: Graph, feeds: Readonly<Record<string, Tensor>>): number {
  const sizes = sizesOf(graph, feeds)
  const bytes = ({ dtype, shape }: Value): number =>
    shape.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), BYTES[dtype])
  const lastUse = new Map<Value, number>()
  graph.nodes.forEach(({ inputs }, at) => inputs.forEach((value) => lastUse.set(value, at)))
  for (const value of Object.values(graph.outputs)) lastUse.set(value, graph.nodes.length)
  let [alive, most] = [0, 0]
  graph.nodes.forEach(({ inputs, outputs }, at) => {
    for (const value of outputs) alive += bytes(value)
    most = Math.max(most, alive)
    for (const value of new Set([...inputs, ...outputs]))
      if (value.source.kind === 'node' && (lastUse.get(value) ?? at) <= at) alive -= bytes(value)
  })
  return most
}

function sizesOf(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Record<string, number> {
  const sizes: Record<string, number> = {}
  for (const input of graph.inputs) {
    const { shape = [] } = feeds[nameOf(input)] ?? {}
    input.shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && /^\w+$/.test(dim)) sizes[dim] = shape[axis] ?? 0
    })
  }
  return sizes
}
