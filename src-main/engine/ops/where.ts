import { showType } from '../ir/value'
import { defineOp } from './define-op'
import { elementwise } from './infer'
import { broadcast } from '../ir/shape'

/** x where the condition holds, y elsewhere, with broadcasting. ONNX Where-16. Shape: (…C) × (…A) × (…B) → broadcast. */
export const Where = defineOp<'Where'>({
  onnx: 'Where',
  since: 16,
  zero: { all: [1, 2] },
  infer: ([condition, x, y], _, fail) => {
    if (condition.dtype !== 'bool') return fail(showType(condition), 'the condition must be bool')
    const [value] = elementwise(x, y, fail)
    const shape = value && broadcast(condition.shape, value.shape)
    if (!shape) return fail(`${showType(condition)}, ${showType(x)}, ${showType(y)}`, 'the shapes must broadcast')
    return [{ dtype: x.dtype, shape }]
  },
  // dz = dx where c, dy elsewhere
  jvp: (b, [condition], [, xDot, yDot]) => [b.where(condition, xDot, yDot)],
  // x̄ = [c]·z̄, ȳ = [¬c]·z̄
  vjp: (b, [condition], [zBar]) => [null, b.where(condition, zBar, b.zero(zBar)), b.where(condition, b.zero(zBar), zBar)],
})
