import { addDims, type Dim } from '../ir/dim'
import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { axisOf, withDim } from './infer'

/** Values one after another along an axis. ONNX Concat-13. */
export const Concat = defineOp<'Concat'>({
  onnx: 'Concat',
  since: 13,
  zero: { all: [] },
  infer: (inputs, attrs, fail) => {
    const [first] = inputs
    if (!first) return fail('no operand', 'at least one operand is needed')
    const axis = axisOf(first, attrs.axis, fail)
    for (const x of inputs) {
      const fits =
        x.dtype === first.dtype &&
        x.shape.length === first.shape.length &&
        x.shape.every((d, i) => i === axis || d === first.shape[i])
      if (!fits) return fail(inputs.map(showType).join(', '), `operands may differ along axis ${axis} only`)
    }
    const total = inputs.reduce<Dim>((sum, x) => addDims(sum, x.shape[axis] ?? 0), 0)
    return [{ dtype: first.dtype, shape: withDim(first.shape, axis, total) }]
  },
  form: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  // dy = concat(dx…)
  jvp: (b, _, tangents, { attrs }) => [b.concat(tangents, attrs.axis)],
  // x̄ᵢ = the i-th piece of ȳ
  vjp: (b, inputs, [yBar], { attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + yBar.shape.length : attrs.axis
    return b.split(
      yBar,
      axis,
      inputs.map((x) => x.shape[axis] ?? 0),
    )
  },
})
