import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Split'> = ([given], { axis, sizes }, size) => {
  const x = operand(given)
  const along = axis < 0 ? axis + x.shape.length : axis
  let start = 0
  return sizes.map((piece) => {
    const from = start
    start += size(piece)
    const shape = x.shape.map((dim, i) => (i === along ? size(piece) : dim))
    return build(shape, (index) =>
      at(
        x,
        index.map((i, a) => (a === along ? i + from : i)),
      ),
    )
  })
}

const range = [-2, 2] as const

export const cases: readonly OpCase<'Split'>[] = [
  { shapes: [[2, 6]], attrs: { axis: 1, sizes: [1, 2, 3] }, range, tolerance: 1e-6, why: 'three sizes' },
  { shapes: [['b', 'n', 6]], attrs: { axis: -1, sizes: [2, 2, 2] }, range, tolerance: 1e-6, why: 'query, key and value' },
  { shapes: [['3*b', 2]], attrs: { axis: 0, sizes: ['b', '2*b'] }, range, tolerance: 1e-6, why: 'symbolic pieces' },
  { shapes: [['h+2', 2]], attrs: { axis: 0, sizes: [2, 'h'] }, range, tolerance: 1e-6, why: 'a number and the rest' },
]
