import { defineOp } from './define-op'
import { elementwise } from './infer'
import { nonDifferentiable } from '../ir/op'

/** x = y, elementwise with broadcasting. ONNX Equal-13. Dtype: numbers → bool. */
export const Equal = defineOp<'Equal'>({
  onnx: 'Equal',
  since: 13,
  infer: ([x, y], _, fail) => elementwise(x, y, fail, 'bool'),
  jvp: nonDifferentiable('a comparison'),
  vjp: nonDifferentiable('a comparison'),
})
