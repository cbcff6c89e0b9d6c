import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

/** y[b,o,r,c] = bias[o] + Σ x[b, i, r·s + k·d − pad, …]·w[o,i,k,l] over the channels i of o's group. */
export const reference: Reference<'Conv'> = ([given, weight, bias], { strides, pads, dilations, group }) => {
  const [x, w] = [operand(given), operand(weight)]
  const [batch = 1, , height = 1, width = 1] = x.shape
  const [outputs = 1, perGroup = 1, kh = 1, kw = 1] = w.shape
  const [s0 = 1, s1 = 1] = strides
  const [d0 = 1, d1 = 1] = dilations
  const [top = 0, left = 0, bottom = 0, right = 0] = pads
  const rows = Math.floor((height + top + bottom - d0 * (kh - 1) - 1) / s0) + 1
  const columns = Math.floor((width + left + right - d1 * (kw - 1) - 1) / s1) + 1
  return [
    build([batch, outputs, rows, columns], ([n = 0, o = 0, r = 0, c = 0]) => {
      let sum = bias ? at(bias, [o]) : 0
      const first = Math.floor(o / (outputs / group)) * perGroup
      for (let i = 0; i < perGroup; i++) {
        for (let k = 0; k < kh; k++) {
          for (let l = 0; l < kw; l++)
            sum += at(x, [n, first + i, r * s0 + k * d0 - top, c * s1 + l * d1 - left]) * at(w, [o, i, k, l])
        }
      }
      return sum
    }),
  ]
}

const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 }
const tolerance = 1e-6
const range = [-1, 1] as const

export const cases: readonly OpCase<'Conv'>[] = [
  {
    shapes: [[2, 3, 5, 4], [4, 3, 3, 3], [4]],
    attrs: { ...plain, pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'the usual 3×3 with bias',
  },
  {
    shapes: [
      ['b', 3, 'h', 'w'],
      [2, 3, 3, 3],
    ],
    attrs: { ...plain, pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'symbolic batch and size',
  },
  {
    shapes: [
      [1, 2, 7, 6],
      [3, 2, 3, 2],
    ],
    attrs: { ...plain, strides: [2, 3] },
    range,
    tolerance,
    why: 'strides that leave a rest',
  },
  {
    shapes: [['b', 2, '4*h', '4*w'], [3, 2, 4, 4], [3]],
    attrs: { ...plain, strides: [4, 4] },
    range,
    tolerance,
    why: 'patches of a symbolic picture',
  },
  {
    shapes: [
      ['b', 2, '2*h', '2*w'],
      [3, 2, 3, 3],
    ],
    attrs: { ...plain, strides: [2, 2], pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'a halving convolution with a rest',
  },
  {
    shapes: [[2, 4, 5, 5], [6, 2, 3, 3], [6]],
    attrs: { ...plain, group: 2, pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'two groups',
  },
  {
    shapes: [
      [1, 3, 5, 5],
      [3, 1, 3, 3],
    ],
    attrs: { ...plain, group: 3, pads: [1, 1, 1, 1] },
    range,
    tolerance,
    why: 'depthwise',
  },
  {
    shapes: [
      [1, 2, 8, 7],
      [2, 2, 3, 3],
    ],
    attrs: { ...plain, dilations: [2, 2], pads: [2, 1, 0, 2] },
    range,
    tolerance,
    why: 'dilation and uneven pads',
  },
  { shapes: [['b', 3, 'h', 'w'], [5, 3, 1, 1], [5]], attrs: plain, range, tolerance, why: 'a 1×1 convolution' },
]
