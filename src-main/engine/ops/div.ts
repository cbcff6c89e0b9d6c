import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Elementwise quotient with NumPy broadcasting. ONNX Div-14. Shape: (…A) × (…B) → broadcast(A, B). */
export const Div = defineOp<'Div'>({
  onnx: 'Div',
  since: 14,
  zero: { any: [0] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // d(x/y) = (dx − z·dy) / y
  jvp: (b, [, y], [xDot, yDot], { outputs: [z] }) => [b.div(b.sub(xDot, b.mul(z, yDot)), y)],
  // x̄ = z̄/y, ȳ = −z·z̄/y
  vjp: (b, [, y], [zBar], { outputs: [z] }) => {
    const xBar = b.div(zBar, y)
    return [xBar, b.neg(b.mul(z, xBar))]
  },
})
