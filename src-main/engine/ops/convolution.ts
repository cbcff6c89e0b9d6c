import type { Builder } from '../ir/builder'
import { addDims, floorDivDim, mulDims, subDims, type Dim } from '../ir/dim'
import type { OpSpecs } from '../ir/op-specs'
import type { Attribute } from '../ir/op'
import type { Value } from '../ir/value'

type Convolution = OpSpecs['Conv']['attrs']

/** ONNX attributes of a convolution. */
export function convolutionAttributes(attrs: Convolution): Record<string, Attribute> {
  return {
    strides: { ints: attrs.strides },
    pads: { ints: attrs.pads },
    dilations: { ints: attrs.dilations },
    group: { int: attrs.group },
  }
}

/** Length of a spatial axis after a convolution: ⌊(L + pads − d(k−1) − 1)/s⌋ + 1. Undefined where a symbolic L does not divide. */
export function convolved(length: Dim, kernel: number, axis: number, attrs: Convolution): Dim | undefined {
  const { stride, dilation, pads } = along(axis, attrs)
  const steps = floorDivDim(addDims(length, pads - dilation * (kernel - 1) - 1), stride)
  return steps === undefined ? undefined : addDims(steps, 1)
}

/** Length after a transposed convolution: (L−1)s − pads + d(k−1) + 1 + outputPadding. */
export function unconvolved(length: Dim, kernel: number, axis: number, attrs: Convolution, outputPadding: number): Dim {
  const { stride, dilation, pads } = along(axis, attrs)
  return addDims(mulDims(subDims(length, 1), stride), dilation * (kernel - 1) + 1 - pads + outputPadding)
}

/**
 * Gradient of a convolution with respect to its weights: windows of the input (im2col) times the output's cotangent, one
 * matrix product per picture and group. Shape: (B,C,H,W), (B,O,H',W') → (O,C/g,kh,kw).
 */
export function weightGradient(b: Builder, input: Value, cotangent: Value, kernel: readonly Dim[], attrs: Convolution): Value {
  const [batch = 1, channels = 1] = input.shape
  const [, outputs = 1, rows = 1, columns = 1] = cotangent.shape
  const [, perGroup = 1, kh = 1, kw = 1] = kernel
  const area = mulDims(rows, columns)
  const { group } = attrs
  const spatialPads = [0, 0, attrs.pads[0] ?? 0, attrs.pads[1] ?? 0, 0, 0, attrs.pads[2] ?? 0, attrs.pads[3] ?? 0]
  const padded = b.pad(input, spatialPads)
  const windows: Value[] = []
  for (let i = 0; i < Number(kh); i++) {
    for (let j = 0; j < Number(kw); j++) {
      const tap = takeTap(b, takeTap(b, padded, 2, i, rows, attrs), 3, j, columns, attrs)
      windows.push(b.reshape(tap, [batch, group, Number(channels) / group, area]))
    }
  }
  const patches = b.concat(windows, 2)
  const bars = b.reshape(cotangent, [batch, group, Number(outputs) / group, area])
  const product = b.reduceSum(b.matMul(bars, b.transpose(patches, [0, 1, 3, 2])), [0])
  return b.reshape(b.transpose(b.reshape(product, [outputs, mulDims(kh, kw), perGroup]), [0, 2, 1]), [...kernel])
}

function takeTap(b: Builder, x: Value, axis: number, offset: number, count: Dim, attrs: Convolution): Value {
  const { stride, dilation } = along(axis - 2, attrs)
  const start = offset * dilation
  return b.slice(x, axis, start, addDims(mulDims(subDims(count, 1), stride), start + 1), stride)
}

function along(axis: number, attrs: Convolution): { stride: number; dilation: number; pads: number } {
  return {
    stride: attrs.strides[axis] ?? 1,
    dilation: attrs.dilations[axis] ?? 1,
    pads: (attrs.pads[axis] ?? 0) + (attrs.pads[axis + 2] ?? 0),
  }
}
