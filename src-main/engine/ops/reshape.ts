import { countOf } from '../ir/dim'
import { showShape } from '../ir/shape'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** The same elements in row-major order under another shape. ONNX Reshape-21. Shape: (…A) → (…B), equal counts. */
export const Reshape = defineOp<'Reshape'>({
  onnx: 'Reshape',
  since: 21,
  zero: { any: [0] },
  infer: ([x], { shape }, fail) => {
    if (countOf(x.shape) !== countOf(shape))
      return fail(`${showType(x)} to ${showShape(shape)}`, 'both shapes must hold the same number of elements')
    return [{ dtype: x.dtype, shape }]
  },
  form: ({ shape }) => ({ dimInputs: [shape] }),
  // dy = reshape(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.reshape(xDot, attrs.shape)],
  // x̄ = reshape(ȳ) back
  vjp: (b, [x], [yBar]) => [b.reshape(yBar, x.shape)],
})
