import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Elementwise minimum with NumPy broadcasting; ties follow y. ONNX Min-13. Shape: (…A) × (…B) → broadcast(A, B). */
export const Min = defineOp<'Min'>({
  onnx: 'Min',
  since: 13,
  zero: { all: [0, 1] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // dz = dx where x is chosen, dy elsewhere
  jvp: (b, [x, y], [xDot, yDot], { outputs: [z] }) => [b.where(b.less(x, y), b.add(xDot, b.zero(z)), b.add(yDot, b.zero(z)))],
  // x̄ = [x chosen]·z̄, ȳ = [y chosen]·z̄
  vjp: (b, [x, y], [zBar]) => {
    const chosen = b.less(x, y)
    return [b.where(chosen, zBar, b.zero(zBar)), b.where(chosen, b.zero(zBar), zBar)]
  },
})
