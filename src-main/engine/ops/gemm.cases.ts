import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Gemm'> = ([left, right, row], { transB }) => {
  const [x, w] = [operand(left), operand(right)]
  const [rows = 0, inner = 0] = x.shape
  const out = (transB ? w.shape[0] : w.shape[1]) ?? 0
  return [
    build([rows, out], ([m = 0, o = 0]) => {
      let sum = row ? at(row, [o]) : 0
      for (let i = 0; i < inner; i++) sum += at(x, [m, i]) * at(w, transB ? [o, i] : [i, o])
      return sum
    }),
  ]
}

const range = [-2, 2] as const

export const cases: readonly OpCase<'Gemm'>[] = [
  {
    shapes: [[5, 7], [3, 7], [3]],
    attrs: { transB: true },
    range,
    tolerance: 1e-6,
    why: 'a weight as torch keeps it, and a bias',
  },
  {
    shapes: [
      ['n', 4],
      [6, 4],
    ],
    attrs: { transB: true },
    range,
    tolerance: 1e-6,
    why: 'symbolic rows, no bias',
  },
  {
    shapes: [[2, 8], [8, 3], [3]],
    attrs: { transB: false },
    range,
    tolerance: 1e-6,
    why: 'a plain matrix',
  },
]
