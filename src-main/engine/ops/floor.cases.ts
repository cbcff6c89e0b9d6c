import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise(Math.floor)

export const cases: readonly OpCase<'Floor'>[] = [
  { shapes: [[3, 4]], range: [-3.5, 3.5], tolerance: 1e-7, why: 'negative numbers go down' },
  { shapes: [['b', 'n', 3]], range: [-3.5, 3.5], tolerance: 1e-7, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-3.5, 3.5], tolerance: 1e-7, why: 'a scalar' },
  { shapes: [[4, 5]], dtypes: 'f16', range: [-3.5, 3.5], tolerance: { value: 1e-3, derivative: 5e-3 }, why: 'halves' },
]
