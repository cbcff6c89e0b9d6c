import { defineOp } from './define-op'
import { axisOf, floatUnary } from './infer'

/** eˣ / Σeˣ along an axis. ONNX Softmax-13. Shape: (…) → (…). */
export const Softmax = defineOp<'Softmax'>({
  onnx: 'Softmax',
  since: 13,
  infer: ([x], { axis }, fail) => {
    axisOf(x, axis, fail)
    return floatUnary(x, fail)
  },
  form: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  // ds = s·(dx − Σ s·dx)
  jvp: (b, _, [xDot], { attrs, outputs: [s] }) => [b.mul(s, b.sub(xDot, b.reduceSum(b.mul(s, xDot), [attrs.axis], true)))],
  // x̄ = s·(s̄ − Σ s·s̄)
  vjp: (b, _, [sBar], { attrs, outputs: [s] }) => [b.mul(s, b.sub(sBar, b.reduceSum(b.mul(s, sBar), [attrs.axis], true)))],
})
