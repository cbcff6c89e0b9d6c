import type { OpCase, Reference } from '../../../test/support/op-case'
import { elementwise, erf } from '../../../test/support/reference'

const exact = elementwise((x) => 0.5 * x * (1 + erf(x / Math.SQRT2)))
const tanh = elementwise((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))))

export const reference: Reference<'Gelu'> = (inputs, { approximate }) => (approximate === 'none' ? exact : tanh)(inputs)

export const cases: readonly OpCase<'Gelu'>[] = [
  { shapes: [[4, 5]], attrs: { approximate: 'none' }, range: [-3, 3], tolerance: 1e-6, why: 'both sides of the bend' },
  {
    shapes: [['b', 5]],
    attrs: { approximate: 'tanh' },
    range: [-3, 3],
    tolerance: 1e-6,
    why: 'the approximation of BERT and Gemma',
  },
]
