import type { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value } from '../ir/value'
import { isOnes, isRow, madeBy } from './match'
import { rewrite, type Replacement } from './rewrite'
import { readOnce } from './uses'

/**
 * LayerNorm(x)·scale + shift as one LayerNormalization where scale and shift are one row for all tokens, as in adaLN with one time for
 * the batch. Two passes over memory fewer. Exact up to rounding.
 */
export function fuseModulation(graph: Graph): Graph {
  const once = readOnce(graph)
  return rewrite(graph, (b, node, inputs) => (node.op === 'Add' ? modulated(b, node, inputs, once) : { kept: `a ${node.op}` }))
}

function modulated(b: Builder, node: Node, [scaled, shift]: readonly Value[], once: (value: Value) => boolean): Replacement {
  const product = madeBy(scaled, 'Mul')
  const [normal, scale] = product?.inputs ?? []
  const norm = madeBy(normal, 'LayerNormalization')
  const [x, ones, bias] = norm?.inputs ?? []
  if (!norm || !x || !scale || !shift) return { kept: 'it is no modulated normalisation' }
  if (bias || !isOnes(ones)) return { kept: 'the normalisation has weights of its own' }
  const width = x.shape.at(-1) ?? 1
  if (!isRow(scale, width) || !isRow(shift, width)) return { kept: 'the modulation differs between tokens or pictures' }
  const [read] = node.inputs
  if (!read || !once(read)) return { kept: 'its product is used elsewhere' }
  return [b.layerNormalization(x, b.reshape(scale, [width]), b.reshape(shift, [width]), norm.attrs.epsilon)]
}
