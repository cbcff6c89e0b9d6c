import { nonDifferentiable } from '../ir/op'
import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { axisOf } from './infer'

/** x·scale along an axis, from stored integers. ONNX DequantizeLinear-21, symmetric. Shape: (…) i8/u8 × (S) → (…). */
export const DequantizeLinear = defineOp<'DequantizeLinear'>({
  onnx: 'DequantizeLinear',
  since: 21,
  infer: ([x, scale], attrs, fail) => {
    const axis = axisOf(x, attrs.axis, fail)
    if (x.dtype !== 'i8' && x.dtype !== 'u8') return fail(showType(x), 'the operand must be i8 or u8')
    if (scale.shape.length !== 1 || scale.shape[0] !== x.shape[axis])
      return fail(`${showType(x)}, ${showType(scale)}`, `the scale must be one number for each index of axis ${axis}`)
    return [{ dtype: scale.dtype, shape: x.shape }]
  },
  form: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  jvp: nonDifferentiable('quantised weights are stored constants'),
  vjp: nonDifferentiable('quantised weights are stored constants'),
})
