import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x, y) => x * y)

export const cases: readonly OpCase<'And'>[] = [
  {
    shapes: [
      [4, 4],
      [4, 4],
    ],
    dtypes: 'bool',
    range: [-1, 1],
    tolerance: 0,
    why: 'all four pairs',
  },
  { shapes: [['b', 4, 1], [5]], dtypes: 'bool', range: [-1, 1], tolerance: 0, why: 'both sides broadcast' },
]
