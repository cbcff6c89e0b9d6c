import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise(Math.abs)

export const cases: readonly OpCase<'Abs'>[] = [
  { shapes: [[3, 4]], range: [-2, 2], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'both signs' },
  { shapes: [['b', 'n', 3]], range: [-2, 2], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-2, 2], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'a scalar' },
  { shapes: [[4, 5]], dtypes: 'f16', range: [-2, 2], tolerance: { value: 1e-3, derivative: 5e-3 }, why: 'halves' },
]
