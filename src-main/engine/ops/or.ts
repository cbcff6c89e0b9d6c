import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { elementwise } from './infer'
import { nonDifferentiable } from '../ir/op'

/** Logical or, elementwise with broadcasting. ONNX Or-7. Dtype: bool. */
export const Or = defineOp<'Or'>({
  onnx: 'Or',
  since: 7,
  infer: ([x, y], _, fail) => (x.dtype === 'bool' ? elementwise(x, y, fail) : fail(showType(x), 'the operands must be bool')),
  jvp: nonDifferentiable('logic'),
  vjp: nonDifferentiable('logic'),
})
