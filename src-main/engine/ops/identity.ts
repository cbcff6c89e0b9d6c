import { defineOp } from './define-op'

/** The value itself. ONNX Identity-16. */
export const Identity = defineOp<'Identity'>({
  onnx: 'Identity',
  since: 16,
  zero: { any: [0] },
  infer: ([x]) => [x],
  // dy = dx
  jvp: (_b, _, [xDot]) => [xDot],
  // x̄ = ȳ
  vjp: (_b, _, [yBar]) => [yBar],
})
