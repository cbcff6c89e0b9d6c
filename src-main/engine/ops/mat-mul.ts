import type { Builder } from '../ir/builder'
import { countOf } from '../ir/dim'
import { broadcast } from '../ir/shape'
import { showType, type Value } from '../ir/value'
import { defineOp } from './define-op'

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
  vjp: (b, [x, y], [zBar]) => [
    b.matMul(zBar, swap(b, y)),
    y.shape.length === 2 ? flatProduct(b, x, zBar) : b.matMul(swap(b, x), zBar),
  ],
})

/**
 * Xᵀ·Z̄ with all leading axes folded into the contraction: one large product instead of a sum of small ones. Its narrower
 * operand is transposed, before its axes are folded, so that ONNX Runtime copies it once: its product with a transposed left
 * operand would transpose it again for every strip of columns (measured 15–25 % slower from 1024 rows on).
 */
function flatProduct(b: Builder, x: Value, zBar: Value): Value {
  const flip = Number(zBar.shape.at(-1)) < Number(x.shape.at(-1))
  const [left, right] = flip ? [zBar, x] : [x, zBar]
  const rows = countOf(x.shape.slice(0, -1))
  const rank = x.shape.length
  const lastFirst = [rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i)]
  const leftT = b.reshape(b.transpose(left, lastFirst), [left.shape.at(-1) ?? 1, rows])
  const product = b.matMul(leftT, b.reshape(right, [rows, right.shape.at(-1) ?? 1]))
  return flip ? b.transpose(product, [1, 0]) : product
}

function swap(b: Builder, x: Value): Value {
  const rank = x.shape.length
  return b.transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2])
}
