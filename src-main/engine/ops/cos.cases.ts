import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise(Math.cos)

export const cases: readonly OpCase<'Cos'>[] = [
  { shapes: [[3, 4]], range: [-4, 4], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'beyond one quadrant' },
  { shapes: [['b', 'n', 3]], range: [-4, 4], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-4, 4], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'a scalar' },
  { shapes: [[4, 5]], dtypes: 'f16', range: [-4, 4], tolerance: { value: 1e-3, derivative: 5e-3 }, why: 'halves' },
  { shapes: [[16]], range: [-300, 300], tolerance: { value: 1e-6, derivative: 1e-6 }, why: 'large arguments are reduced' },
]
