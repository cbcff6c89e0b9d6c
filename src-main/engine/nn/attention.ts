import { i64 } from '../ir/tensor'
import type { Value } from '../ir/value'
import type { Net } from './net'

/** Rotary tables of the tokens: cos and sin (N, d/2). */
export interface RotaryTables {
  readonly cos: Value
  readonly sin: Value
}

/** (B,N,H·d) → (B,H,N,d). */
export function splitHeads(net: Net, x: Value, heads: number): Value {
  const [batch = 1, tokens = 1, width = 1] = x.shape
  return net.b.transpose(net.b.reshape(x, [batch, tokens, heads, Number(width) / heads]), [0, 2, 1, 3])
}

/** (B,H,N,d) → (B,N,H·d). */
export function joinHeads(net: Net, x: Value): Value {
  const [batch = 1, heads = 1, tokens = 1, width = 1] = x.shape
  return net.b.reshape(net.b.transpose(x, [0, 2, 1, 3]), [batch, tokens, Number(heads) * Number(width)])
}

/** Rotates interleaved pairs of features. Shape: (B,H,N,d) → (B,H,N,d). */
export function rotate(net: Net, x: Value, tables: RotaryTables): Value {
  const { b } = net
  const first = b.constant(i64([1], [0]))
  return b.emit('RotaryEmbedding', [x, first, tables.cos, tables.sin], { interleaved: true })
}

/** softmax(q·kᵀ/√d)·v. Shape: (B,H,N,d), (B,H,M,d), (B,H,M,d) → (B,H,N,d). */
export function attention(net: Net, q: Value, k: Value, v: Value): Value {
  const { b } = net
  const width = Number(q.shape.at(-1))
  const scores = b.matMul(b.scale(q, 1 / Math.sqrt(width)), b.transpose(k, [0, 1, 3, 2]))
  return b.matMul(b.softmax(scores), v)
}
