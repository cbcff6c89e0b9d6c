import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { elementwise } from './infer'
import { nonDifferentiable } from '../ir/op'

/** Logical and, elementwise with broadcasting. ONNX And-7. Dtype: bool. */
export const And = defineOp<'And'>({
  onnx: 'And',
  since: 7,
  infer: ([x, y], _, fail) => (x.dtype === 'bool' ? elementwise(x, y, fail) : fail(showType(x), 'the operands must be bool')),
  jvp: nonDifferentiable('logic'),
  vjp: nonDifferentiable('logic'),
})
