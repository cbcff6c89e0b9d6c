import type { OpCase, Reference } from '../../../test/support/op-case'
import { operand } from '../../../test/support/reference'

export const reference: Reference<'Reshape'> = ([x], { shape }, size) => [{ shape: shape.map(size), data: operand(x).data }]

export const cases: readonly OpCase<'Reshape'>[] = [
  { shapes: [[2, 3, 4]], attrs: { shape: [6, 4] }, range: [-2, 2], tolerance: 1e-6, why: 'two axes become one' },
  { shapes: [['b', 'n', 6]], attrs: { shape: ['b*n', 6] }, range: [-2, 2], tolerance: 1e-6, why: 'a product of symbols' },
  {
    shapes: [['b', 4, '2*h', '3*w']],
    attrs: { shape: ['b', 4, 'h', 2, 'w', 3] },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'patches: multiples of symbols come apart',
  },
  { shapes: [['b', 'n', 8]], attrs: { shape: ['b', 'n', 2, 4] }, range: [-2, 2], tolerance: 1e-6, why: 'heads of attention' },
  { shapes: [[1, 1]], attrs: { shape: [] }, range: [-2, 2], tolerance: 1e-6, why: 'to a scalar' },
  { shapes: [['n', 2]], dtypes: 'i64', attrs: { shape: ['2*n'] }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
