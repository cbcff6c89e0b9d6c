import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Sum with NumPy broadcasting. ONNX Add-14. Shape: (…A) × (…B) → broadcast(A, B). */
export const Add = defineOp<'Add'>({
  onnx: 'Add',
  since: 14,
  zero: { all: [0, 1] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // d(x + y) = dx + dy
  jvp: (b, _, [xDot, yDot]) => [b.add(xDot, yDot)],
  // x̄ = z̄, ȳ = z̄ (the walker un-broadcasts)
  vjp: (_b, _, [zBar]) => [zBar, zBar],
})
