import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x) => 1 - x)

export const cases: readonly OpCase<'Not'>[] = [
  { shapes: [['b', 5]], dtypes: 'bool', range: [-1, 1], tolerance: 0, why: 'both values' },
]
