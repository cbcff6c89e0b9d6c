import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'DequantizeLinear'> = ([given, scale], { axis }) => {
  const x = operand(given)
  const along = axis < 0 ? axis + x.shape.length : axis
  return [build(x.shape, (index) => at(x, index) * at(operand(scale), [index[along] ?? 0]))]
}

const range = [
  [-127, 127],
  [0.01, 0.1],
] as const

export const cases: readonly OpCase<'DequantizeLinear'>[] = [
  { shapes: [[4, 6], [4]], dtypes: ['i8', 'f32'], attrs: { axis: 0 }, range, tolerance: 1e-7, why: 'a scale for each row' },
  { shapes: [[4, 6], [6]], dtypes: ['i8', 'f32'], attrs: { axis: -1 }, range, tolerance: 1e-7, why: 'a scale for each column' },
  {
    shapes: [[3, 5], [3]],
    dtypes: ['u8', 'f32'],
    attrs: { axis: 0 },
    range: [
      [0, 255],
      [0.01, 0.1],
    ],
    tolerance: 1e-7,
    why: 'unsigned bytes',
  },
]
