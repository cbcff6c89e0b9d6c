import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand, type Array64 } from '../../../test/support/reference'

/** Each x[b,i,r,c] adds its weight's window at (r·s − pad, c·s − pad): what Conv gathers, scattered. */
export const reference: Reference<'ConvTranspose'> = (
  [given, weight, bias],
  { strides, pads, dilations, group, outputPadding },
) => {
  const [x, w] = [operand(given), operand(weight)]
  const [batch = 1, inputs = 1, height = 1, width = 1] = x.shape
  const [, perGroup = 1, kh = 1, kw = 1] = w.shape
  const [s0 = 1, s1 = 1] = strides
  const [d0 = 1, d1 = 1] = dilations
  const [top = 0, left = 0, bottom = 0, right = 0] = pads
  const rows = (height - 1) * s0 - top - bottom + d0 * (kh - 1) + 1 + (outputPadding[0] ?? 0)
  const columns = (width - 1) * s1 - left - right + d1 * (kw - 1) + 1 + (outputPadding[1] ?? 0)
  const outputs = perGroup * group
  const y: Array64 = build([batch, outputs, rows, columns], ([, o = 0]) => (bias ? at(bias, [o]) : 0))
  build([batch, inputs, height, width, perGroup, kh, kw], ([n = 0, i = 0, r = 0, c = 0, p = 0, k = 0, l = 0]) => {
    const [row, column] = [r * s0 + k * d0 - top, c * s1 + l * d1 - left]
    if (row < 0 || row >= rows || column < 0 || column >= columns) return 0
    const o = Math.floor(i / (inputs / group)) * perGroup + p
    const place = ((n * outputs + o) * rows + row) * columns + column
    return (y.data[place] = (y.data[place] ?? 0) + at(x, [n, i, r, c]) * at(w, [i, p, k, l]))
  })
  return [y]
}

const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1, outputPadding: [0, 0] }
const tolerance = 1e-6
const range = [-1, 1] as const

export const cases: readonly OpCase<'ConvTranspose'>[] = [
  {
    shapes: [[2, 3, 4, 3], [3, 2, 3, 3], [2]],
    attrs: { ...plain, pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'the adjoint of the usual 3×3',
  },
  {
    shapes: [
      ['b', 3, 'h', 'w'],
      [3, 2, 2, 2],
    ],
    attrs: { ...plain, strides: [2, 2] },
    range,
    tolerance,
    why: 'doubling a symbolic picture',
  },
  {
    shapes: [
      [1, 2, 3, 3],
      [2, 3, 3, 3],
    ],
    attrs: { ...plain, strides: [2, 2], pads: [1, 1, 1, 1], outputPadding: [1, 1] },
    range,
    tolerance,
    why: 'output padding',
  },
  { shapes: [[1, 4, 3, 3], [4, 2, 3, 3], [4]], attrs: { ...plain, group: 2 }, range, tolerance, why: 'two groups' },
]
