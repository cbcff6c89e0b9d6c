import type { OpCase, Reference } from '../../../test/support/op-case'
import { elementwise } from '../../../test/support/reference'

export const reference: Reference<'QuickGelu'> = (inputs, { alpha }) => elementwise((x) => x / (1 + Math.exp(-alpha * x)))(inputs)

export const cases: readonly OpCase<'QuickGelu'>[] = [
  { shapes: [[4, 5]], attrs: { alpha: 1 }, range: [-4, 4], tolerance: 1e-6, why: 'SiLU' },
  {
    shapes: [['b', 'n', 5]],
    attrs: { alpha: 1.702 },
    range: [-4, 4],
    tolerance: 1e-6,
    why: 'the approximation of GELU, symbolic dimensions',
  },
  { shapes: [[16]], attrs: { alpha: 1 }, range: [8, 15], tolerance: 2e-6, why: 'where x − y is small beside both' },
]
