import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x) => Math.max(x, 0))

export const cases: readonly OpCase<'Relu'>[] = [
  { shapes: [[3, 4]], range: [-2, 2], tolerance: 1e-7, why: 'both signs' },
  { shapes: [['b', 'n', 3]], range: [-2, 2], tolerance: 1e-7, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-2, 2], tolerance: 1e-7, why: 'a scalar' },
  { shapes: [[4, 5]], dtypes: 'f16', range: [-2, 2], tolerance: { value: 1e-3, derivative: 5e-3 }, why: 'halves' },
]
