import type { OpCase, Reference } from '../../../test/support/op-case'
import { atBroadcast, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Expand'> = ([x], { shape }, size) => [
  build(shape.map(size), (index) => atBroadcast(operand(x), index)),
]

export const cases: readonly OpCase<'Expand'>[] = [
  { shapes: [[3, 1]], attrs: { shape: [2, 3, 4] }, range: [-2, 2], tolerance: 1e-6, why: 'a new axis and a stretched one' },
  { shapes: [['b', 1, 2]], attrs: { shape: ['b', '2*b', 2] }, range: [-2, 2], tolerance: 1e-6, why: 'to a multiple of a symbol' },
  { shapes: [[]], attrs: { shape: [3] }, range: [-2, 2], tolerance: 1e-6, why: 'a scalar' },
  { shapes: [[1]], dtypes: 'i64', attrs: { shape: [4] }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
