import { showType, type Value } from '../ir/value'
import { defineOp } from './define-op'
import { axisOf } from './infer'

/** Rows of x along an axis by index. ONNX Gather-13. Shape: (…A,V,…B) × (…I) i64/i32 → (…A,…I,…B). */
export const Gather = defineOp<'Gather'>({
  onnx: 'Gather',
  since: 13,
  infer: ([x, indices], attrs, fail) => {
    const axis = axisOf(x, attrs.axis, fail)
    if (indices.dtype !== 'i64' && indices.dtype !== 'i32') return fail(showType(indices), 'the indices must be i64 or i32')
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }]
  },
  form: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  // dy = gather(dx)
  jvp: (b, [, indices], [xDot], { attrs }) => [b.gather(xDot, indices, attrs.axis)],
  // x̄ = ȳ added at its rows
  vjp: (b, [x, indices], [yBar], { attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + x.shape.length : attrs.axis
    const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)
    const rank = indices.shape.length
    // Bring the indexed axes to the front, add there, and bring the axis back.
    const front = b.transpose(yBar, [...range(axis, rank), ...range(0, axis), ...range(axis + rank, x.shape.length - axis - 1)])
    const rows = [axis, ...range(0, axis), ...range(axis + 1, x.shape.length - axis - 1)]
    const empty: Value = b.zero({ dtype: x.dtype, shape: rows.map((a) => x.shape[a] ?? 1) })
    const sum = b.scatterND(empty, b.reshape(b.cast(indices, 'i64'), [...indices.shape, 1]), front)
    return [
      b.transpose(
        sum,
        rows.map((_, i) => rows.indexOf(i)),
      ),
      null,
    ]
  },
})
