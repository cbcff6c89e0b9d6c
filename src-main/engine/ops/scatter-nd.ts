import { sameShape } from '../ir/shape'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** x with updates added to the rows named by indices. ONNX ScatterND-18, reduction add. Shape: (V,…B) × (…I,1) i64 × (…I,…B) → (V,…B). */
export const ScatterND = defineOp<'ScatterND'>({
  onnx: 'ScatterND',
  since: 18,
  infer: ([x, indices, updates], _, fail) => {
    const needed = [...indices.shape.slice(0, -1), ...x.shape.slice(1)]
    if (indices.dtype !== 'i64' || indices.shape.at(-1) !== 1) return fail(showType(indices), 'the indices must be i64 (…,1)')
    if (!sameShape(updates.shape, needed) || updates.dtype !== x.dtype)
      return fail(`${showType(x)}, ${showType(updates)}`, `the updates must be (${needed.join(',')})`)
    return [x]
  },
  form: () => ({ attributes: { reduction: { string: 'add' } } }),
  // dy = scatter of du into dx
  jvp: (b, [, indices], [xDot, , updatesDot]) => [b.scatterND(xDot, indices, updatesDot)],
  // x̄ = ȳ, ū = ȳ at the rows
  vjp: (b, [, indices], [yBar]) => [yBar, null, b.gather(yBar, b.reshape(indices, indices.shape.slice(0, -1)))],
})
