import { isFloat, type DType } from '../ir/dtype'
import { defineOp } from './define-op'

const CODES: { readonly [D in DType]: number } = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, bf16: 16 }

/** Another dtype. ONNX Cast-19. Shape: (…) → (…). Differentiable between floating dtypes. */
export const Cast = defineOp<'Cast'>({
  onnx: 'Cast',
  since: 19,
  zero: { any: [0] },
  infer: ([x], { to }) => [{ dtype: to, shape: x.shape }],
  form: ({ to }) => ({ attributes: { to: { int: CODES[to] } } }),
  // dy = cast(dx)
  jvp: (b, [x], [xDot], { attrs, outputs: [y] }) => [isFloat(attrs.to) && isFloat(x.dtype) ? b.cast(xDot, attrs.to) : b.zero(y)],
  // x̄ = cast(ȳ) back
  vjp: (b, [x], [yBar]) => [isFloat(x.dtype) && isFloat(yBar.dtype) ? b.cast(yBar, x.dtype) : null],
})
