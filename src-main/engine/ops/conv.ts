import { subDims } from '../ir/dim'
import { convolutionAttributes, convolved, unconvolved, weightGradient } from './convolution'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** 2-D convolution (cross-correlation). ONNX Conv-11. Shape: (B,C,H,W) × (O,C/g,kh,kw) × (O)? → (B,O,H',W'). */
export const Conv = defineOp<'Conv'>({
  onnx: 'Conv',
  since: 11,
  zero: { any: [0, 1] },
  infer: ([x, w, bias], attrs, fail) => {
    const got = `${showType(x)} with ${showType(w)}`
    const [batch, channels, height, width] = x.shape
    const [outputs, perGroup, kh, kw] = w.shape
    if (batch === undefined || height === undefined || width === undefined || x.shape.length !== 4)
      return fail(got, 'the picture must be (B,C,H,W)')
    if (typeof outputs !== 'number' || typeof kh !== 'number' || typeof kw !== 'number')
      return fail(got, 'the weight must be (O,C/g,kh,kw) of numbers')
    if (channels !== Number(perGroup) * attrs.group || outputs % attrs.group !== 0)
      return fail(got, `channels must be ${perGroup} × ${attrs.group} groups`)
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
      return fail(showType(bias), `the bias must be (${outputs})`)
    const rows = convolved(height, kh, 0, attrs)
    const columns = convolved(width, kw, 1, attrs)
    if (rows === undefined || columns === undefined) return fail(got, 'the stride must divide the symbolic size')
    return [{ dtype: x.dtype, shape: [batch, outputs, rows, columns] }]
  },
  form: (attrs) => ({ attributes: convolutionAttributes(attrs) }),
  // dy = dx∗w + x∗dw + db
  jvp: (b, [x, w], [xDot, wDot, biasDot], { attrs }) => {
    const linear = b.add(b.conv(xDot, w, undefined, attrs), b.conv(x, wDot, undefined, attrs))
    return [biasDot ? b.add(linear, b.reshape(biasDot, [1, biasDot.shape[0] ?? 1, 1, 1])) : linear]
  },
  // x̄ = transposed convolution of ȳ with w; w̄ = ȳ · windows of x; b̄ = Σ ȳ
  vjp: (b, [x, w, bias], [yBar], { attrs }) => {
    const outputPadding = [0, 1].map((axis) => {
      const rest = subDims(
        x.shape[axis + 2] ?? 0,
        unconvolved(yBar.shape[axis + 2] ?? 0, Number(w.shape[axis + 2]), axis, attrs, 0),
      )
      return Number(rest)
    })
    const xBar = b.convTranspose(yBar, w, undefined, { ...attrs, outputPadding })
    return [xBar, weightGradient(b, x, yBar, w.shape, attrs), ...(bias ? [b.reduceSum(yBar, [0, 2, 3])] : [])]
  },
})
