import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** Axes in another order: axis i of the result is axis perm[i] of x. ONNX Transpose-21. */
export const Transpose = defineOp<'Transpose'>({
  onnx: 'Transpose',
  since: 21,
  zero: { any: [0] },
  infer: ([x], { perm }, fail) => {
    const isPermutation = perm.length === x.shape.length && [...perm].sort((a, b) => a - b).every((axis, i) => axis === i)
    if (!isPermutation) return fail(`${showType(x)} by (${perm.join(',')})`, 'perm must name every axis once')
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis] ?? 1) }]
  },
  form: ({ perm }) => ({ attributes: { perm: { ints: perm } } }),
  // dy = transpose(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.transpose(xDot, attrs.perm)],
  // x̄ = transpose(ȳ) back
  vjp: (b, _, [yBar], { attrs }) => [
    b.transpose(
      yBar,
      attrs.perm.map((_axis, i) => attrs.perm.indexOf(i)),
    ),
  ],
})
