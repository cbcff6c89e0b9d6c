import { broadcast, sameShape, showShape } from '../ir/shape'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** Broadcast to a larger shape. ONNX Expand-13. Shape: (…A) → B where A broadcasts to B. */
export const Expand = defineOp<'Expand'>({
  onnx: 'Expand',
  since: 13,
  zero: { any: [0] },
  infer: ([x], { shape }, fail) => {
    const joint = broadcast(x.shape, shape)
    if (!joint || !sameShape(joint, shape))
      return fail(`${showType(x)} to ${showShape(shape)}`, 'the operand must broadcast to the shape')
    return [{ dtype: x.dtype, shape }]
  },
  form: ({ shape }) => ({ dimInputs: [shape] }),
  // dy = expand(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.expand(xDot, attrs.shape)],
  // x̄ = sum of ȳ over the copies, done by the walker's un-broadcasting
  vjp: (_b, _, [yBar]) => [yBar],
})
