import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x, y) => Number(x === y))

export const cases: readonly OpCase<'Equal'>[] = [
  {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    range: [-1, 1],
    tolerance: 0,
    why: 'floats',
  },
  {
    shapes: [['b', 4, 1], [5]],
    dtypes: 'i64',
    range: [-1.4, 1.4],
    tolerance: 0,
    why: 'integers with ties; both sides broadcast',
  },
  { shapes: [[3, 4], []], dtypes: 'i32', range: [-1.4, 1.4], tolerance: 0, why: 'narrow integers and a scalar' },
]
