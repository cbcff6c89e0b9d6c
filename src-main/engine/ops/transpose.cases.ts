import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Transpose'> = ([given], { perm }) => {
  const x = operand(given)
  return [
    build(
      perm.map((axis) => x.shape[axis] ?? 1),
      (index) =>
        at(
          x,
          perm.map((_, axis) => index[perm.indexOf(axis)] ?? 0),
        ),
    ),
  ]
}

export const cases: readonly OpCase<'Transpose'>[] = [
  { shapes: [[2, 3]], attrs: { perm: [1, 0] }, range: [-2, 2], tolerance: 1e-6, why: 'a matrix' },
  {
    shapes: [[2, 3, 4]],
    attrs: { perm: [2, 0, 1] },
    range: [-2, 2],
    tolerance: 1e-6,
    why: 'a cycle: its inverse is another one',
  },
  { shapes: [['b', 'n', 2, 3]], attrs: { perm: [0, 2, 1, 3] }, range: [-2, 2], tolerance: 1e-6, why: 'heads to the front' },
  { shapes: [[2, 3]], dtypes: 'i64', attrs: { perm: [1, 0] }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
