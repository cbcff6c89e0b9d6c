import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise(Math.pow)

export const cases: readonly OpCase<'Pow'>[] = [
  {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    range: [
      [0.3, 2],
      [-2, 3],
    ],
    tolerance: { value: 1e-6, derivative: 2e-6 },
    why: 'equal shapes',
  },
  {
    shapes: [
      [3, 1, 4],
      [5, 1],
    ],
    range: [
      [0.3, 2],
      [-2, 3],
    ],
    tolerance: { value: 1e-6, derivative: 2e-6 },
    why: 'both sides broadcast',
  },
  {
    shapes: [['b', 'n', 4], [4]],
    range: [
      [0.3, 2],
      [-2, 3],
    ],
    tolerance: { value: 1e-6, derivative: 2e-6 },
    why: 'symbolic dimensions, the second operand broadcasts',
  },
  {
    shapes: [[], ['n', 4]],
    range: [
      [0.3, 2],
      [-2, 3],
    ],
    tolerance: { value: 1e-6, derivative: 2e-6 },
    why: 'a scalar on the left',
  },
  {
    shapes: [
      [4, 5],
      [4, 1],
    ],
    dtypes: 'f16',
    range: [
      [0.3, 2],
      [-2, 3],
    ],
    tolerance: { value: 1e-3, derivative: 5e-3 },
    why: 'halves',
  },
]
