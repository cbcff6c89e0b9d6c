import { defineOp } from './define-op'
import { elementwise } from './infer'

/** Elementwise product with NumPy broadcasting. ONNX Mul-14. Shape: (…A) × (…B) → broadcast(A, B). */
export const Mul = defineOp<'Mul'>({
  onnx: 'Mul',
  since: 14,
  zero: { any: [0, 1] },
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // d(xy) = dx·y + x·dy
  jvp: (b, [x, y], [xDot, yDot]) => [b.add(b.mul(xDot, y), b.mul(x, yDot))],
  // x̄ = z̄·y, ȳ = x·z̄ (the walker un-broadcasts)
  vjp: (b, [x, y], [zBar]) => [b.mul(zBar, y), b.mul(x, zBar)],
})
