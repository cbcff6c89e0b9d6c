import { showType } from '../ir/value'
import { defineOp } from './define-op'

/**
 * Rotates each pair of features by its angle (RoFormer, arXiv 2104.09864); token n takes row n of the tables. Interleaved
 * pairs are (0,1), (2,3), …; otherwise (i, i + d/2). com.microsoft RotaryEmbedding-1.
 * Inputs: x (B,H,N,d), or (B,N,H·d) with the heads side by side; first row to take, i64 (1); cos (N,d/2); sin (N,d/2). Shape: as x.
 */
export const RotaryEmbedding = defineOp<'RotaryEmbedding'>({
  onnx: 'RotaryEmbedding',
  domain: 'com.microsoft',
  since: 1,
  zero: { any: [0] },
  infer: ([x, first, cos, sin], _, fail) => {
    const [, middle, third, last] = x.shape
    const [tokens, width] = x.shape.length === 4 ? [third, last] : [middle, third]
    const half = Number(cos.shape[1])
    const whole = x.shape.length === 4 ? width === 2 * half : x.shape.length === 3 && Number(width) % (2 * half) === 0
    const fits = whole && [cos, sin].every((t) => t.shape.length === 2 && t.shape[0] === tokens && t.shape[1] === half)
    if (!fits || first.dtype !== 'i64')
      return fail([x, first, cos, sin].map(showType).join(', '), 'x must be (B,H,N,d) or (B,N,H·d), the tables (N,d/2)')
    return [x]
  },
  form: ({ interleaved }) => ({ attributes: { interleaved: { int: interleaved ? 1 : 0 } } }),
  // dy = rotate(dx): linear in x; the tables do not move
  jvp: (b, [, first, cos, sin], [xDot], { attrs }) => [b.emit('RotaryEmbedding', [xDot, first, cos, sin], attrs)],
  // x̄ = ȳ rotated back: the transpose of a rotation turns by the opposite angle
  vjp: (b, [, first, cos, sin], [yBar], { attrs }) => [
    b.emit('RotaryEmbedding', [yBar, first, cos, b.neg(sin)], attrs),
    null,
    null,
    null,
  ],
})
