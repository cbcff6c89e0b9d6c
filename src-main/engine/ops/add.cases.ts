import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x, y) => x + y)

export const cases: readonly OpCase<'Add'>[] = [
  {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    range: [-2, 2],
    tolerance: { value: 3e-7, derivative: 1e-6 },
    why: 'equal shapes',
  },
  {
    shapes: [
      [3, 1, 4],
      [5, 1],
    ],
    range: [-2, 2],
    tolerance: { value: 3e-7, derivative: 1e-6 },
    why: 'both sides broadcast',
  },
  {
    shapes: [['b', 'n', 4], [4]],
    range: [-2, 2],
    tolerance: { value: 3e-7, derivative: 1e-6 },
    why: 'symbolic dimensions, the second operand broadcasts',
  },
  { shapes: [[], ['n', 4]], range: [-2, 2], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'a scalar on the left' },
  {
    shapes: [
      [4, 5],
      [4, 1],
    ],
    dtypes: 'f16',
    range: [-2, 2],
    tolerance: { value: 1e-3, derivative: 5e-3 },
    why: 'halves',
  },
  { shapes: [[2, 3], [3]], dtypes: 'i64', range: [-9, 9], tolerance: 0, why: 'integers' },
]
