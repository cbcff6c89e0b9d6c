import { defineOp } from './define-op'
import { keepAxes, reduced, share } from './reduction'

/** Mean over axes. ONNX ReduceMean-18. */
export const ReduceMean = defineOp<'ReduceMean'>({
  onnx: 'ReduceMean',
  since: 18,
  zero: { any: [0] },
  infer: ([x], attrs, fail) => reduced(x, attrs, fail),
  form: ({ axes, keepDims }) => ({ attributes: { keepdims: { int: keepDims ? 1 : 0 } }, dimInputs: [axes] }),
  // dy = mean(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.reduceMean(xDot, attrs.axes, attrs.keepDims)],
  // x̄ = ȳ / count on every summand
  vjp: (b, [x], [yBar], { attrs }) => [b.expand(keepAxes(b, b.mul(yBar, share(b, x, attrs.axes)), x, attrs.axes), x.shape)],
})
