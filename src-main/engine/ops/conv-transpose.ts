import { convolutionAttributes, unconvolved, weightGradient } from './convolution'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/** Transposed 2-D convolution, the adjoint of Conv. ONNX ConvTranspose-11. Shape: (B,C,H,W) × (C,O/g,kh,kw) × (O)? → (B,O,H',W'). */
export const ConvTranspose = defineOp<'ConvTranspose'>({
  onnx: 'ConvTranspose',
  since: 11,
  zero: { any: [0, 1] },
  infer: ([x, w, bias], attrs, fail) => {
    const got = `${showType(x)} with ${showType(w)}`
    const [batch, channels, height, width] = x.shape
    const [inputs, perGroup, kh, kw] = w.shape
    if (batch === undefined || height === undefined || width === undefined || x.shape.length !== 4)
      return fail(got, 'the picture must be (B,C,H,W)')
    if (typeof perGroup !== 'number' || typeof kh !== 'number' || typeof kw !== 'number')
      return fail(got, 'the weight must be (C,O/g,kh,kw) of numbers')
    if (channels !== inputs) return fail(got, `channels must be ${inputs}`)
    const outputs = perGroup * attrs.group
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
      return fail(showType(bias), `the bias must be (${outputs})`)
    const size = [
      unconvolved(height, kh, 0, attrs, attrs.outputPadding[0] ?? 0),
      unconvolved(width, kw, 1, attrs, attrs.outputPadding[1] ?? 0),
    ]
    return [{ dtype: x.dtype, shape: [batch, outputs, ...size] }]
  },
  form: (attrs) => ({ attributes: { ...convolutionAttributes(attrs), output_padding: { ints: attrs.outputPadding } } }),
  // dy = dx∗w + x∗dw + db
  jvp: (b, [x, w], [xDot, wDot, biasDot], { attrs }) => {
    const linear = b.add(b.convTranspose(xDot, w, undefined, attrs), b.convTranspose(x, wDot, undefined, attrs))
    return [biasDot ? b.add(linear, b.reshape(biasDot, [1, biasDot.shape[0] ?? 1, 1, 1])) : linear]
  },
  // x̄ = convolution of ȳ with w; w̄ = x · windows of ȳ; b̄ = Σ ȳ
  vjp: (b, [x, w, bias], [yBar], { attrs }) => {
    const { strides, pads, dilations, group } = attrs
    const plain = { strides, pads, dilations, group }
    return [
      b.conv(yBar, w, undefined, plain),
      weightGradient(b, yBar, x, w.shape, plain),
      ...(bias ? [b.reduceSum(yBar, [0, 2, 3])] : []),
    ]
  },
})
