import { addDims, floorDivDim, mulDims, subDims, type Dim } from '../ir/dim'
import type { Builder } from '../ir/builder'
import { showType, type Value } from '../ir/value'
import { defineOp } from './define-op'
import { axisOf, withDim } from './infer'

/** Elements start, start+step, … below end of one axis; bounds are absolute (no negative counting). ONNX Slice-13. */
export const Slice = defineOp<'Slice'>({
  onnx: 'Slice',
  since: 13,
  zero: { any: [0] },
  infer: ([x], attrs, fail) => {
    const axis = axisOf(x, attrs.axis, fail)
    const { start, end, step } = attrs
    const outside = [start, end].some(
      (bound) => typeof bound === 'number' && (bound < 0 || (typeof x.shape[axis] === 'number' && bound > x.shape[axis])),
    )
    if (outside || step < 1)
      return fail(`${showType(x)} from ${start} to ${end} by ${step}`, 'bounds must lie inside the axis and the step be positive')
    const length = floorDivDim(addDims(subDims(end, start), step - 1), step)
    if (length === undefined)
      return fail(`${showType(x)} from ${start} to ${end} by ${step}`, 'the step must divide a symbolic length')
    return [{ dtype: x.dtype, shape: withDim(x.shape, axis, length) }]
  },
  form: ({ axis, start, end, step }) => ({ dimInputs: [[start], [end], [axis], [step]] }),
  // dy = slice(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.slice(xDot, attrs.axis, attrs.start, attrs.end, attrs.step)],
  // x̄ = ȳ at its places, zeros elsewhere
  vjp: (b, [x], [yBar], { attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + x.shape.length : attrs.axis
    const spread = attrs.step === 1 ? yBar : interleaveZeros(b, yBar, axis, attrs.step)
    const after = subDims(subDims(x.shape[axis] ?? 0, attrs.start), spread.shape[axis] ?? 0)
    return [b.concat([...zeros(b, spread, axis, attrs.start), spread, ...zeros(b, spread, axis, after)], axis)]
  },
})

function zeros(b: Builder, like: Value, axis: number, length: Dim): Value[] {
  return length === 0 ? [] : [b.zero({ dtype: like.dtype, shape: withDim(like.shape, axis, length) })]
}

/** (…,n,…) → (…,(n−1)·step+1,…) with step−1 zeros between two elements, none after the last. */
function interleaveZeros(b: Builder, x: Value, axis: number, step: number): Value {
  const shape = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]
  const column = b.reshape(x, shape)
  const woven = b.concat([column, ...zeros(b, column, axis + 1, step - 1)], axis + 1)
  const length = mulDims(x.shape[axis] ?? 1, step)
  return b.slice(b.reshape(woven, withDim(x.shape, axis, length)), axis, 0, subDims(length, step - 1))
}
