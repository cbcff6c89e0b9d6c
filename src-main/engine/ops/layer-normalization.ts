import type { Builder } from '../ir/builder'
import { showType, type Value } from '../ir/value'
import { defineOp } from './define-op'

/**
 * x̂·scale + bias over the last axis, x̂ = (x − mean)·invStd (arXiv 1607.06450). ONNX LayerNormalization-17.
 * Shape: (…,D) × (D) × (D)? → (…,D), mean (…,1), invStd (…,1).
 */
export const LayerNormalization = defineOp<'LayerNormalization'>({
  onnx: 'LayerNormalization',
  since: 17,
  infer: ([x, scale, bias], _, fail) => {
    const width = x.shape.at(-1)
    const fits =
      width !== undefined &&
      [scale, bias].every((w) => !w || (w.shape.length === 1 && w.shape[0] === width && w.dtype === x.dtype))
    if (!fits) return fail(`${showType(x)}, ${showType(scale)}`, 'scale and bias must have the shape of the last axis')
    const statistic = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] }
    return [{ dtype: x.dtype, shape: x.shape }, statistic, statistic]
  },
  form: ({ epsilon }) => ({ attributes: { axis: { int: -1 }, epsilon: { float: epsilon } } }),
  // dx̂ = invStd·(dx − mean(dx) − x̂·mean(x̂·dx)); dy = dx̂·scale + x̂·dscale + dbias; dinvStd = −invStd²·mean(x̂·dx)
  jvp: (b, [x, scale, bias], [xDot, scaleDot, biasDot], { outputs: [y, mean, invStd] }) => {
    const hat = normalised(b, x, scale, bias, y, mean, invStd)
    const moved = project(b, hat, invStd, xDot)
    const linear = b.add(isOne(scale) ? moved : b.mul(moved, scale), b.mul(hat, scaleDot))
    const invStdDot = b.neg(b.mul(b.mul(invStd, invStd), meanOf(b, b.mul(hat, xDot))))
    return [biasDot ? b.add(linear, biasDot) : linear, meanOf(b, xDot), invStdDot]
  },
  // x̄ = invStd·(ĝ − mean(ĝ) − x̂·mean(x̂·ĝ)), ĝ = ȳ·scale; scale¯ = Σ ȳ·x̂, bias¯ = Σ ȳ; mean¯/D and −invStd²·x̂/D·invStd¯ besides
  vjp: (b, [x, scale, bias], [yBar, meanBar, invStdBar], { outputs: [y, mean, invStd] }) => {
    const hat = normalised(b, x, scale, bias, y, mean, invStd)
    const share = b.scalar(1 / Number(x.shape.at(-1)), x.dtype)
    const viaStatistics = b.mul(b.sub(meanBar, b.mul(b.mul(b.mul(invStd, invStd), hat), invStdBar)), share)
    const xBar = b.add(project(b, hat, invStd, isOne(scale) ? yBar : b.mul(yBar, scale)), viaStatistics)
    return [xBar, b.mul(yBar, hat), ...(bias ? [yBar] : [])]
  },
})

/** x̂; the output itself where scale is one and bias absent, as in adaLN. */
function normalised(b: Builder, x: Value, scale: Value, bias: Value | undefined, y: Value, mean: Value, invStd: Value): Value {
  return isOne(scale) && !bias ? y : b.mul(b.sub(x, mean), invStd)
}

/** True for a constant scale of ones. */
function isOne(scale: Value): boolean {
  return (
    scale.source.kind === 'constant' && scale.dtype === 'f32' && (scale.source.tensor.data as Float32Array).every((s) => s === 1)
  )
}

function project(b: Builder, hat: Value, invStd: Value, g: Value): Value {
  return b.mul(invStd, b.sub(b.sub(g, meanOf(b, g)), b.mul(hat, meanOf(b, b.mul(hat, g)))))
}

function meanOf(b: Builder, x: Value): Value {
  return b.reduceMean(x, [-1], true)
}
