import type { OpCase } from '../../../test/support/op-case'
import { reduction } from '../../../test/support/reference'

export const reference = reduction((values) => Math.max(...values))

export const cases: readonly OpCase<'ReduceMax'>[] = [
  { shapes: [[2, 3, 4]], attrs: { axes: [1], keepDims: false }, range: [-2, 2], tolerance: 1e-6, why: 'a middle axis goes' },
  { shapes: [[2, 3, 4]], attrs: { axes: [-1, 0], keepDims: true }, range: [-2, 2], tolerance: 1e-6, why: 'two axes stay as 1' },
  { shapes: [['b', 'n', 4]], attrs: { axes: [0, 1], keepDims: false }, range: [-2, 2], tolerance: 1e-6, why: 'symbolic axes go' },
  { shapes: [['b', 'n', 4]], attrs: { axes: [0, 1, 2], keepDims: false }, range: [-2, 2], tolerance: 2e-6, why: 'to a scalar' },
  {
    shapes: [[3, 4]],
    dtypes: 'f16',
    attrs: { axes: [1], keepDims: false },
    range: [-2, 2],
    tolerance: { value: 2e-3, derivative: 5e-3 },
    why: 'halves',
  },
  { shapes: [['b', 4]], dtypes: 'i64', attrs: { axes: [0], keepDims: false }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
