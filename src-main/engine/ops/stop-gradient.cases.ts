import type { OpCase } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference = elementwise((x) => x)
export const derivativeIsZero = true

export const cases: readonly OpCase<'StopGradient'>[] = [
  { shapes: [['b', 3]], range: [-2, 2], tolerance: 0, why: 'the value passes, its derivative does not' },
]
