import type { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value } from '../ir/value'
import { rewrite, type Replacement } from './rewrite'

/**
 * Layer normalisation in primitives wherever its mean or its inverse deviation is used (by derivatives): ONNX Runtime's WebGPU
 * kernel gives the normalised values alone. Exact up to rounding. Shape: as LayerNormalization.
 */
export function lowerLayerNormalization(graph: Graph): Graph {
  const used = new Set<Value>([...graph.nodes.flatMap((node) => node.inputs), ...Object.values(graph.outputs)])
  return rewrite(graph, (b, node, inputs) => lower(b, node, inputs, used))
}

function lower(b: Builder, node: Node, inputs: readonly Value[], used: ReadonlySet<Value>): Replacement {
  if (node.op !== 'LayerNormalization') return { kept: `a ${node.op}` }
  if (!node.outputs.slice(1).some((statistic) => used.has(statistic))) return { kept: 'only its normalised values are used' }
  const [x, scale, bias] = inputs
  if (!x || !scale) return { kept: 'it lacks an operand' }
  const { epsilon } = node.attrs as Node<'LayerNormalization'>['attrs']
  const mean = b.reduceMean(x, [-1], true)
  const centred = b.sub(x, mean)
  const variance = b.reduceMean(b.mul(centred, centred), [-1], true)
  const invStd = b.reciprocal(b.sqrt(b.shift(variance, epsilon)))
  const scaled = b.mul(b.mul(centred, invStd), scale)
  return [bias ? b.add(scaled, bias) : scaled, mean, invStd]
}
