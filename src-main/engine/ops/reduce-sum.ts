import { defineOp } from './define-op'
import { keepAxes, reduced } from './reduction'

/** Sum over axes. ONNX ReduceSum-13. */
export const ReduceSum = defineOp<'ReduceSum'>({
  onnx: 'ReduceSum',
  since: 13,
  zero: { any: [0] },
  infer: ([x], attrs, fail) => reduced(x, attrs, fail),
  form: ({ axes, keepDims }) => ({ attributes: { keepdims: { int: keepDims ? 1 : 0 } }, dimInputs: [axes] }),
  // dy = Σ dx
  jvp: (b, _, [xDot], { attrs }) => [b.reduceSum(xDot, attrs.axes, attrs.keepDims)],
  // x̄ = ȳ on every summand
  vjp: (b, [x], [yBar], { attrs }) => [b.expand(keepAxes(b, yBar, x, attrs.axes), x.shape)],
})
