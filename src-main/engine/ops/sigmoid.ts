import { defineOp } from './define-op'
import { floatUnary } from './infer'

/** 1/(1 + e⁻ˣ). ONNX Sigmoid-13. Shape: (…) → (…). Dtype: floating. */
export const Sigmoid = defineOp<'Sigmoid'>({
  onnx: 'Sigmoid',
  since: 13,
  infer: ([x], _, fail) => floatUnary(x, fail),
  // dσ = σ(1 − σ)·dx
  jvp: (b, _, [xDot], { outputs: [y] }) => [b.mul(xDot, b.mul(y, b.sub(b.scalar(1, y.dtype), y)))],
  // x̄ = σ(1 − σ)·ȳ
  vjp: (b, _, [yBar], { outputs: [y] }) => [b.mul(yBar, b.mul(y, b.sub(b.scalar(1, y.dtype), y)))],
})
