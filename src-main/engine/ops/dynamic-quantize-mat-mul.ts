import { nonDifferentiable } from '../ir/op'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/**
 * x·W in 8-bit integers: x is quantised as it comes, with one scale and zero for all of it, W is stored with a scale for each of
 * its columns. com.microsoft DynamicQuantizeMatMul-1. Shape: x (…,I) × W i8 (I,O) × scale (O) → (…,O).
 */
export const DynamicQuantizeMatMul = defineOp<'DynamicQuantizeMatMul'>({
  onnx: 'DynamicQuantizeMatMul',
  domain: 'com.microsoft',
  since: 1,
  infer: ([x, w, scale], _, fail) => {
    const [inner, out] = w.shape
    const fits = w.shape.length === 2 && w.dtype === 'i8' && x.shape.at(-1) === inner && scale.shape.join() === String(out)
    if (!fits || out === undefined) return fail([x, w, scale].map(showType).join(', '), 'x (…,I), W i8 (I,O), scale (O)')
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), out] }]
  },
  jvp: nonDifferentiable('quantised weights are stored constants'),
  vjp: nonDifferentiable('quantised weights are stored constants'),
})
