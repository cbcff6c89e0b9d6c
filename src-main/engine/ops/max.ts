import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Elementwise maximum with NumPy broadcasting; ties follow y. ONNX Max-13. Shape: (…A) × (…B) → broadcast(A, B). */
export const Max = defineOp<'Max'>({
  onnx: 'Max',
  since: 13,
  zero: { all: [0, 1] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // dz = dx where x is chosen, dy elsewhere
  jvp: (b, [x, y], [xDot, yDot], { outputs: [z] }) => [b.where(b.greater(x, y), b.add(xDot, b.zero(z)), b.add(yDot, b.zero(z)))],
  // x̄ = [x chosen]·z̄, ȳ = [y chosen]·z̄
  vjp: (b, [x, y], [zBar]) => {
    const chosen = b.greater(x, y)
    return [b.where(chosen, zBar, b.zero(zBar)), b.where(chosen, b.zero(zBar), zBar)]
  },
})
