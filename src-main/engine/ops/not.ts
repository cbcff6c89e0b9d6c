import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { nonDifferentiable } from '../ir/op'

/** Logical not. ONNX Not-1. Dtype: bool. */
export const Not = defineOp<'Not'>({
  onnx: 'Not',
  since: 1,
  infer: ([x], _, fail) => (x.dtype === 'bool' ? [x] : fail(showType(x), 'the operand must be bool')),
  jvp: nonDifferentiable('logic'),
  vjp: nonDifferentiable('logic'),
})
