import { nonDifferentiable } from '../ir/op'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/**
 * softmax(scale·q·kᵀ)·v for each head, whose features lie side by side; the scores never exist whole.
 * com.microsoft MultiHeadAttention-1. Shape: (B,N,H·d) × (B,M,H·d) × (B,M,H·d) → (B,N,H·d).
 */
export const MultiHeadAttention = defineOp<'MultiHeadAttention'>({
  onnx: 'MultiHeadAttention',
  domain: 'com.microsoft',
  since: 1,
  infer: ([q, k, v], { heads }, fail) => {
    const width = q.shape[2]
    const fits =
      [q, k, v].every((x) => x.shape.length === 3 && x.shape[0] === q.shape[0] && x.shape[2] === width && x.dtype === 'f32') &&
      k.shape[1] === v.shape[1] &&
      typeof width === 'number' &&
      width % heads === 0
    if (!fits) return fail([q, k, v].map(showType).join(', '), `q (B,N,D), k and v (B,M,D), D a multiple of ${heads} heads`)
    return [q]
  },
  form: ({ heads, scale }) => ({ attributes: { num_heads: { int: heads }, scale: { float: scale } } }),
  jvp: nonDifferentiable('attention is fused after differentiation'),
  vjp: nonDifferentiable('attention is fused after differentiation'),
})
