import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'ScatterND'> = ([given, places, updates]) => {
  const [x, indices, change] = [operand(given), operand(places), operand(updates)]
  const y = build(x.shape, (index) => at(x, index))
  const rank = indices.shape.length - 1
  const rowSize = y.data.length / (x.shape[0] ?? 1)
  build(change.shape, (index) => {
    const row = at(indices, [...index.slice(0, rank), 0])
    const within = index.slice(rank).reduce((offset, i, axis) => offset * (x.shape[axis + 1] ?? 1) + i, 0)
    const place = row * rowSize + within
    return (y.data[place] = (y.data[place] ?? 0) + at(change, index))
  })
  return [y]
}

const range = [
  [-2, 2],
  [0, 4],
  [-2, 2],
] as const

export const cases: readonly OpCase<'ScatterND'>[] = [
  {
    shapes: [
      [5, 3],
      ['n', 1],
      ['n', 3],
    ],
    dtypes: ['f32', 'i64', 'f32'],
    range,
    tolerance: 1e-6,
    why: 'rows added, some of them twice',
  },
  {
    shapes: [
      [5, 2],
      ['b', 4, 1],
      ['b', 4, 2],
    ],
    dtypes: ['f32', 'i64', 'f32'],
    range,
    tolerance: 1e-6,
    why: 'indices by two axes',
  },
  { shapes: [[5], [6, 1], [6]], dtypes: ['f32', 'i64', 'f32'], range, tolerance: 1e-6, why: 'single numbers' },
]
