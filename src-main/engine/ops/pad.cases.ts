import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Pad'> = ([given], { pads }) => {
  const x = operand(given)
  const rank = x.shape.length
  const shape = x.shape.map((dim, i) => dim + (pads[i] ?? 0) + (pads[i + rank] ?? 0))
  return [
    build(shape, (index) =>
      at(
        x,
        index.map((i, axis) => i - (pads[axis] ?? 0)),
      ),
    ),
  ]
}

export const cases: readonly OpCase<'Pad'>[] = [
  { shapes: [[2, 3]], attrs: { pads: [1, 0, 0, 2] }, range: [-2, 2], tolerance: 1e-6, why: 'before one axis, after the other' },
  {
    shapes: [['b', 2, 'h', 'w']],
    attrs: { pads: [0, 0, 1, 1, 0, 0, 1, 2] },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'around a symbolic picture',
  },
  { shapes: [[4, 5]], attrs: { pads: [-3, 1, 0, -1] }, range: [-2, 2], tolerance: 1e-6, why: 'the last row, moved by one' },
]
