import type { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value } from '../ir/value'
import { madeBy, scalarOf } from './match'
import { rewrite, type Replacement } from './rewrite'
import { readOnce } from './uses'

const HEADS_FIRST = [0, 2, 1, 3]

/**
 * softmax(s·q·kᵀ)·v as one MultiHeadAttention, which goes through the keys in blocks: the scores never exist whole, and heads are not
 * moved apart in memory before. Norms and rotations of heads are done where the heads still lie side by side. Exact up to rounding.
 */
export function fuseAttention(graph: Graph): Graph {
  const once = readOnce(graph)
  return rewrite(graph, (b, node, inputs) => {
    if (node.op === 'LayerNormalization') return normBeforeMove(b, node as unknown as Node<'LayerNormalization'>, inputs)
    if (node.op === 'RotaryEmbedding') return rotateBeforeMove(b, node as unknown as Node<'RotaryEmbedding'>, inputs)
    if (node.op === 'Transpose') return moveOnce(b, node as unknown as Node<'Transpose'>, inputs)
    return node.op === 'MatMul' ? attention(b, node, inputs, once) : { kept: `a ${node.op}` }
  })
}

/** A move of what was just moved becomes one move, or none. */
function moveOnce(b: Builder, { attrs }: Node<'Transpose'>, [x]: readonly Value[]): Replacement {
  return x && madeBy(x, 'Transpose') ? [b.transpose(x, attrs.perm)] : { kept: 'it moves what lies as it was made' }
}

function normBeforeMove(b: Builder, node: Node<'LayerNormalization'>, [x, scale, bias]: readonly Value[]): Replacement {
  const still = sideBySide(x)
  if (!still || !scale) return { kept: 'it is no norm of heads' }
  // Derivatives read the mean and the deviation too: all three move.
  const made = b.emitAll('LayerNormalization', bias ? [still, scale, bias] : [still, scale], node.attrs)
  return made.map((value) => b.transpose(value, HEADS_FIRST))
}

function rotateBeforeMove(b: Builder, { attrs }: Node<'RotaryEmbedding'>, inputs: readonly Value[]): Replacement {
  const [x, first, cos, sin] = inputs
  const still = sideBySide(x)
  if (!still || !first || !cos || !sin) return { kept: 'it rotates no heads that were moved' }
  const rotated = b.emit('RotaryEmbedding', [joined(b, still), first, cos, sin], attrs)
  return [b.transpose(b.reshape(rotated, still.shape), HEADS_FIRST)]
}

function attention(b: Builder, node: Node, [weights, v]: readonly Value[], once: (value: Value) => boolean): Replacement {
  const softmax = madeBy(weights, 'Softmax')
  const scores = madeBy(softmax?.inputs[0], 'MatMul')
  const [scaled, turned] = scores?.inputs ?? []
  const [q, factor] = madeBy(scaled, 'Mul')?.inputs ?? []
  const scale = scalarOf(factor)
  const [read] = node.inputs
  if (!q || !turned || !v || !read || scale === undefined) return { kept: 'it is no attention' }
  if (q.shape.length !== 4 || (softmax?.attrs.axis !== -1 && softmax?.attrs.axis !== 3))
    return { kept: 'its axes are not B, H, N, d' }
  if (!once(read)) return { kept: 'its weights are used elsewhere' }
  const k = b.transpose(turned, [0, 1, 3, 2])
  const [queries, keys, values] = [q, k, v].map((heads) => sideBySide(heads) ?? b.transpose(heads, HEADS_FIRST))
  if (!queries || !keys || !values) return { kept: 'it is no attention' }
  if (String(keys.shape[0]) !== String(queries.shape[0])) return { kept: 'its keys are shared by the batch' }
  const heads = Number(queries.shape[2])
  const mixed = b.emit('MultiHeadAttention', [joined(b, queries), joined(b, keys), joined(b, values)], { heads, scale })
  return [b.transpose(b.reshape(mixed, queries.shape), HEADS_FIRST)]
}

/** (B,N,H,d) where the value is (B,H,N,d) made from it. */
function sideBySide(x: Value | undefined): Value | undefined {
  const move = madeBy(x, 'Transpose')
  return move?.attrs.perm.join() === HEADS_FIRST.join() ? move.inputs[0] : undefined
}

/** (B,N,H,d) → (B,N,H·d). */
function joined(b: Builder, x: Value): Value {
  const [batch = 1, tokens = 1, heads = 1, width = 1] = x.shape
  return b.reshape(x, [batch, tokens, Number(heads) * Number(width)])
}
