import type { Builder } from '../ir/builder'
import { addDims } from '../ir/dim'
import { showType, type Value } from '../ir/value'
import { defineOp } from './define-op'

/** Zeros around a tensor; pads = begins of every axis, then ends. A negative one takes so many elements away. ONNX Pad-21. */
export const Pad = defineOp<'Pad'>({
  onnx: 'Pad',
  since: 21,
  zero: { any: [0] },
  infer: ([x], { pads }, fail) => {
    const rank = x.shape.length
    const shape = x.shape.map((dim, i) => addDims(dim, (pads[i] ?? 0) + (pads[i + rank] ?? 0)))
    if (pads.length !== 2 * rank || shape.some((dim) => typeof dim === 'number' && dim < 0))
      return fail(
        `${showType(x)} by (${pads.join(',')})`,
        'pads must give a begin and an end for every axis, and take no more than is there',
      )
    return [{ dtype: x.dtype, shape }]
  },
  form: ({ pads }) => ({ attributes: { mode: { string: 'constant' } }, dimInputs: [pads] }),
  // dy = pad(dx)
  jvp: (b, _, [xDot], { attrs }) => [b.pad(xDot, attrs.pads)],
  // x̄ = the inner part of ȳ, with zeros where elements were taken away
  vjp: (b, [x], [yBar], { attrs }) => [
    attrs.pads.some((p) => p < 0)
      ? b.pad(
          yBar,
          attrs.pads.map((p) => -p),
        )
      : innerPart(b, x, yBar, attrs.pads),
  ],
})

/** Where nothing was taken away, slices do it: every provider has them. */
function innerPart(b: Builder, x: Value, yBar: Value, pads: readonly number[]): Value {
  return x.shape.reduce((part, dim, axis) => {
    const begin = pads[axis] ?? 0
    return part.shape[axis] === dim ? part : b.slice(part, axis, begin, addDims(dim, begin))
  }, yBar)
}
