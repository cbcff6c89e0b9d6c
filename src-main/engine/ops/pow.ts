import { defineOp } from './define-op'
import { elementwise } from './infer'

/** xʸ with NumPy broadcasting; derivative with respect to y needs x > 0. ONNX Pow-15. Shape: (…A) × (…B) → broadcast(A, B). */
export const Pow = defineOp<'Pow'>({
  onnx: 'Pow',
  since: 15,
  infer: ([x, y], _, fail) => elementwise(x, y, fail),
  // d(xʸ) = y·xʸ⁻¹·dx + z·ln x·dy
  jvp: (b, [x, y], [xDot, yDot], { outputs: [z] }) => [
    b.add(b.mul(b.mul(y, b.pow(x, b.shift(y, -1))), xDot), b.mul(b.mul(z, b.log(x)), yDot)),
  ],
  // x̄ = y·xʸ⁻¹·z̄, ȳ = z·ln x·z̄
  vjp: (b, [x, y], [zBar], { outputs: [z] }) => [
    b.mul(b.mul(y, b.pow(x, b.shift(y, -1))), zBar),
    b.mul(b.mul(z, b.log(x)), zBar),
  ],
})
