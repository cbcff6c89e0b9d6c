import { showType } from '../ir/value'
import { defineOp } from './define-op'

/**
 * x·W + c, or x·Wᵀ + c with W as it lies in torch (O,I): no transposed copy is made, and the rows c are where the sum begins.
 * ONNX Gemm-13. Shape: (M,I) × (I,O) or (O,I) × (O)? → (M,O).
 */
export const Gemm = defineOp<'Gemm'>({
  onnx: 'Gemm',
  since: 13,
  infer: ([x, w, c], { transB }, fail) => {
    const [inner, out] = transB ? [w.shape[1], w.shape[0]] : [w.shape[0], w.shape[1]]
    const [rows] = x.shape
    const fits = x.shape.length === 2 && w.shape.length === 2 && x.shape[1] === inner && x.dtype === w.dtype
    const fitsRow = c === undefined || (c.shape.length === 1 && c.shape[0] === out && c.dtype === x.dtype)
    if (!fits || !fitsRow || rows === undefined || out === undefined)
      return fail([x, w, c].flatMap((v) => (v ? [showType(v)] : [])).join(', '), 'x must be (M,I), W (I,O) or (O,I), c (O)')
    return [{ dtype: x.dtype, shape: [rows, out] }]
  },
  form: ({ transB }) => ({ attributes: { transB: { int: transB ? 1 : 0 } } }),
  // dy = dx·W + x·dW + dc
  jvp: (b, [x, w, c], [xDot, wDot, cDot], { attrs }) => {
    const matrix = (value: typeof w): typeof w => (attrs.transB ? b.transpose(value, [1, 0]) : value)
    const product = b.add(b.matMul(xDot, matrix(w)), b.matMul(x, matrix(wDot)))
    return [c && cDot ? b.add(product, cDot) : product]
  },
  // x̄ = ȳ·Wᵀ; W̄ = xᵀ·ȳ, transposed where W is; c̄ = ȳ (the walker un-broadcasts)
  vjp: (b, [x, w, c], [yBar], { attrs }) => {
    const xBar = b.matMul(yBar, attrs.transB ? w : b.transpose(w, [1, 0]))
    const [left, right] = attrs.transB ? [yBar, x] : [x, yBar]
    return [xBar, b.matMul(b.transpose(left, [1, 0]), right), ...(c ? [yBar] : [])]
  },
})
