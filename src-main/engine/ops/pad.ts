import { addDims } from '../ir/dim'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** Zeros around a tensor; pads = begins of every axis, then ends. ONNX Pad-21. */
export const Pad = defineOp<'Pad'>({
  onnx: 'Pad',
  since: 21,
  zero: { any: [0] },
  infer: ([x], { pads }, fail) => {
    const rank = x.shape.length
    if (pads.length !== 2 * rank || pads.some((p) => p < 0))
      return fail(`${showType(x)} by (${pads.join(',')})`, 'pads must give a begin and an end ≥ 0 for every axis')
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => addDims(dim, (pads[i] ?? 0) + (pads[i + rank] ?? 0))) }]
  },
  form: ({ pads }) => ({ attributes: { mode: { string: 'constant' } }, dimInputs: [pads] }),
  // dy = pad(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.pad(xDot, attrs.pads)],
  // x̄ = the inner part of ȳ
  vjp: (b, [x], [yBar], { attrs }) => [
    x.shape.reduce((part, dim, axis) => {
      const begin = attrs.pads[axis] ?? 0
      return part.shape[axis] === dim ? part : b.slice(part, axis, begin, addDims(dim, begin))
    }, yBar),
  ],
})
