import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Concat'> = (inputs, { axis }) => {
  const rank = operand(inputs[0]).shape.length
  const along = axis < 0 ? axis + rank : axis
  const total = inputs.reduce((sum, x) => sum + (x.shape[along] ?? 0), 0)
  const shape = operand(inputs[0]).shape.map((dim, i) => (i === along ? total : dim))
  return [
    build(shape, (index) => {
      let place = index[along] ?? 0
      const from = inputs.find((x) => {
        const size = x.shape[along] ?? 0
        if (place < size) return true
        place -= size
        return false
      })
      return at(
        operand(from),
        index.map((i, a) => (a === along ? place : i)),
      )
    }),
  ]
}

export const cases: readonly OpCase<'Concat'>[] = [
  {
    shapes: [
      [2, 3],
      [2, 1],
      [2, 4],
    ],
    attrs: { axis: 1 },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'three lengths',
  },
  {
    shapes: [
      ['b', 3, 2],
      ['b', 'n', 2],
    ],
    attrs: { axis: -2 },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'a symbolic length, an axis from the end',
  },
  {
    shapes: [
      ['b', 2],
      ['n', 2],
    ],
    attrs: { axis: 0 },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'a sum of symbols: b+n',
  },
  { shapes: [[2], [3]], dtypes: 'i64', attrs: { axis: 0 }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
