import { defineOp } from './define-op'
import { elementwise } from './infer'
import { nonDifferentiable } from '../ir/op'

/** x > y, elementwise with broadcasting. ONNX Greater-13. Dtype: numbers → bool. */
export const Greater = defineOp<'Greater'>({
  onnx: 'Greater',
  since: 13,
  infer: ([x, y], _, fail) => elementwise(x, y, fail, 'bool'),
  jvp: nonDifferentiable('a comparison'),
  vjp: nonDifferentiable('a comparison'),
})
