import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x) => x)

export const cases: readonly OpCase<'Identity'>[] = [
  { shapes: [[3, 4]], range: [-2, 2], tolerance: 1e-7, why: 'both signs' },
  { shapes: [['b', 'n', 3]], range: [-2, 2], tolerance: 1e-7, why: 'symbolic dimensions' },
  { shapes: [[]], range: [-2, 2], tolerance: 1e-7, why: 'a scalar' },
  { shapes: [[2, 3]], dtypes: 'i64', range: [-9, 9], tolerance: 0, why: 'integers' },
]
