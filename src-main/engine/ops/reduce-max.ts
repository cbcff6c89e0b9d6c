import { defineOp } from './define-op'
import { keepAxes, reduced } from './reduction'

/** Maximum over axes; a tie shares its derivative equally. ONNX ReduceMax-20. */
export const ReduceMax = defineOp<'ReduceMax'>({
  onnx: 'ReduceMax',
  since: 20,
  infer: ([x], attrs, fail) => reduced(x, attrs, fail),
  form: ({ axes, keepDims }) => ({ attributes: { keepdims: { int: keepDims ? 1 : 0 } }, dimInputs: [axes] }),
  // dy = mean of dx over the places of the maximum
  jvp: (b, [x], [xDot], { attrs, outputs: [y] }) => {
    const hit = b.cast(b.equal(x, keepAxes(b, y, x, attrs.axes)), x.dtype)
    const sum = (v: typeof x): typeof x => b.reduceSum(v, attrs.axes, attrs.keepDims)
    return [b.div(sum(b.mul(hit, xDot)), sum(hit))]
  },
  // x̄ = ȳ / ties at the places of the maximum
  vjp: (b, [x], [yBar], { attrs, outputs: [y] }) => {
    const hit = b.cast(b.equal(x, keepAxes(b, y, x, attrs.axes)), x.dtype)
    return [b.mul(hit, b.div(keepAxes(b, yBar, x, attrs.axes), b.reduceSum(hit, attrs.axes, true)))]
  },
})
