import { defineOp } from './define-op'

/** The value itself, as a constant to both walkers. ONNX Identity-16. */
export const StopGradient = defineOp<'StopGradient'>({
  onnx: 'Identity',
  since: 16,
  infer: ([x]) => [x],
  // dy = 0
  jvp: (b, [x]) => [b.zero(x)],
  // no cotangent passes
  vjp: () => [null],
})
