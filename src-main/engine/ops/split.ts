import { addDims, type Dim } from '../ir/dim'
import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { axisOf, withDim } from './infer'

/** Pieces of given sizes along an axis. ONNX Split-18. */
export const Split = defineOp<'Split'>({
  onnx: 'Split',
  since: 18,
  zero: { any: [0] },
  infer: ([x], attrs, fail) => {
    const axis = axisOf(x, attrs.axis, fail)
    const total = attrs.sizes.reduce<Dim>((sum, size) => addDims(sum, size), 0)
    if (total !== x.shape[axis])
      return fail(`${showType(x)} into (${attrs.sizes.join(',')})`, `the sizes must sum to axis ${axis}`)
    return attrs.sizes.map((size) => ({ dtype: x.dtype, shape: withDim(x.shape, axis, size) }))
  },
  form: ({ axis, sizes }) => ({ attributes: { axis: { int: axis } }, dimInputs: [sizes] }),
  // dyᵢ = the i-th piece of dx
  jvp: (b, _, [xDot], { attrs }) => b.split(xDot, attrs.axis, attrs.sizes),
  // x̄ = concat(ȳ…)
  vjp: (b, _, cotangents, { attrs }) => [b.concat(cotangents, attrs.axis)],
})
