import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x) => 1 / (1 + Math.exp(-x)))

export const cases: readonly OpCase<'Sigmoid'>[] = [
  { shapes: [[3, 4]], range: [-3, 3], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'both signs' },
  { shapes: [['b', 'n', 3]], range: [-3, 3], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-3, 3], tolerance: { value: 3e-7, derivative: 1e-6 }, why: 'a scalar' },
  { shapes: [[4, 5]], dtypes: 'f16', range: [-3, 3], tolerance: { value: 1e-3, derivative: 5e-3 }, why: 'halves' },
  {
    shapes: [[16]],
    range: [8, 15],
    tolerance: { value: 3e-7, derivative: 2e-2 },
    why: 'saturated: 1 − σ keeps few of the digits of f32',
  },
  {
    shapes: [[16]],
    range: [-15, -8],
    tolerance: 5e-4,
    why: 'the small side: the approximation of the runtime errs by a part of one, not of σ',
  },
]
