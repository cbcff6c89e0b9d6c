import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((condition, x, y) => (condition ? x : y))

export const cases: readonly OpCase<'Where'>[] = [
  {
    shapes: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    dtypes: ['bool', 'f32', 'f32'],
    range: [-1, 1],
    tolerance: 1e-7,
    why: 'equal shapes',
  },
  {
    shapes: [['b', 1, 4], [3, 1], []],
    dtypes: ['bool', 'f32', 'f32'],
    range: [-1, 1],
    tolerance: 1e-6,
    why: 'all three broadcast',
  },
  { shapes: [[3, 1], [4], [4]], dtypes: ['bool', 'i64', 'i64'], range: [-9, 9], tolerance: 0, why: 'integers' },
]
