import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Difference with NumPy broadcasting. ONNX Sub-14. Shape: (…A) × (…B) → broadcast(A, B). */
export const Sub = defineOp<'Sub'>({
  onnx: 'Sub',
  since: 14,
  zero: { all: [0, 1] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // d(x − y) = dx − dy
  jvp: (b, _, [xDot, yDot]) => [b.sub(xDot, yDot)],
  // x̄ = z̄, ȳ = −z̄
  vjp: (b, _, [zBar]) => [zBar, b.neg(zBar)],
})
