import type { Builder } from '../ir/builder'
import { countOf, mulDims } from '../ir/dim'
import { broadcast } from '../ir/shape'
import type { Value } from '../ir/value'
import { defineOp } from './define-op'
import { showType } from './infer'

/** Matrix product over the last two axes, leading axes broadcast. ONNX MatMul-13. Shape: (…,M,K) × (…,K,N) → (…,M,N). */
export const MatMul = defineOp<'MatMul'>({
  onnx: 'MatMul',
  since: 13,
  zero: { any: [0, 1] },
  infer: ([x, y], _, fail) => {
    const got = `${showType(x)} × ${showType(y)}`
    const m = x.shape.at(-2)
    const n = y.shape.at(-1)
    if (m === undefined || n === undefined || y.shape.length < 2) return fail(got, 'both operands need rank 2 or more')
    if (x.dtype !== y.dtype) return fail(got, 'both operands need the same dtype')
    if (x.shape.at(-1) !== y.shape.at(-2)) return fail(got, 'the last of the first must equal the second last of the second')
    const batch = broadcast(x.shape.slice(0, -2), y.shape.slice(0, -2))
    if (!batch) return fail(got, 'the leading axes must broadcast')
    return [{ dtype: x.dtype, shape: [...batch, m, n] }]
  },
  // d(XY) = dX·Y + X·dY
  jvp: (b, [x, y], [xDot, yDot]) => [b.add(b.matMul(xDot, y), b.matMul(x, yDot))],
  // X̄ = Z̄·Yᵀ, Ȳ = Xᵀ·Z̄ (the walker un-broadcasts leading axes)
  vjp: (b, [x, y], [zBar]) => [b.matMul(zBar, swap(b, y)), y.shape.length === 2 ? flatProduct(b, x, zBar) : b.matMul(swap(b, x), zBar)],
})

/** Xᵀ·Z̄ with all leading axes of both folded into the contraction: one large product instead of a sum of small ones. */
function flatProduct(b: Builder, x: Value, zBar: Value): Value {
  const flat = (v: Value): Value => b.reshape(v, [mulDims(countOf(v.shape.slice(0, -2)), v.shape.at(-2) ?? 1), v.shape.at(-1) ?? 1])
  return b.matMul(swap(b, flat(x)), flat(zBar))
}

function swap(b: Builder, x: Value): Value {
  const rank = x.shape.length
  return b.transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2])
}
