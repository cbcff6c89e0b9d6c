import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Gather'> = ([given, places], { axis }) => {
  const [x, indices] = [operand(given), operand(places)]
  const along = axis < 0 ? axis + x.shape.length : axis
  const rank = indices.shape.length
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)]
  return [
    build(shape, (index) => {
      const row = at(indices, index.slice(along, along + rank))
      return at(x, [...index.slice(0, along), row, ...index.slice(along + rank)])
    }),
  ]
}

const range = [
  [-2, 2],
  [0, 4],
] as const

export const cases: readonly OpCase<'Gather'>[] = [
  {
    shapes: [
      [5, 3],
      ['b', 'n'],
    ],
    dtypes: ['f32', 'i64'],
    attrs: { axis: 0 },
    range,
    tolerance: 1e-6,
    why: 'rows of a table, some of them twice',
  },
  { shapes: [[2, 5, 3], [4]], dtypes: ['f32', 'i64'], attrs: { axis: 1 }, range, tolerance: 1e-6, why: 'a middle axis' },
  {
    shapes: [
      [2, 5],
      [2, 3],
    ],
    dtypes: ['f32', 'i64'],
    attrs: { axis: -1 },
    range,
    tolerance: 1e-6,
    why: 'the last axis by a matrix',
  },
  {
    shapes: [[2, 5, 3], []],
    dtypes: ['f32', 'i64'],
    attrs: { axis: 1 },
    range,
    tolerance: 1e-6,
    why: 'one index takes the axis away',
  },
  { shapes: [[5, 2], [3]], dtypes: ['f32', 'i32'], attrs: { axis: 0 }, range, tolerance: 1e-6, why: 'narrow indices' },
]
