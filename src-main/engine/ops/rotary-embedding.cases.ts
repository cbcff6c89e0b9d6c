import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

/** (a, b) → (a·cos − b·sin, b·cos + a·sin) for the pair that feature i belongs to. */
export const reference: Reference<'RotaryEmbedding'> = ([given, first, cosines, sines], { interleaved }) => {
  const x = operand(given)
  const half = (x.shape[3] ?? 0) / 2
  const start = at(operand(first), [0])
  return [
    build(x.shape, ([b = 0, h = 0, n = 0, i = 0]) => {
      const pair = interleaved ? Math.floor(i / 2) : i % half
      const isLeft = interleaved ? i % 2 === 0 : i < half
      const partner = (interleaved ? 1 : half) * (isLeft ? 1 : -1)
      const angle = [start + n, pair]
      const turned = at(x, [b, h, n, i + partner]) * at(operand(sines), angle)
      return at(x, [b, h, n, i]) * at(operand(cosines), angle) + (isLeft ? -turned : turned)
    }),
  ]
}

/** The tables are fed from the host and never move. */
export const still = [2, 3]

const dtypes = ['f32', 'i64', 'f32', 'f32'] as const
const range = [
  [-2, 2],
  [0, 0],
  [-1, 1],
  [-1, 1],
] as const

export const cases: readonly OpCase<'RotaryEmbedding'>[] = [
  {
    shapes: [[2, 3, 4, 6], [1], [4, 3], [4, 3]],
    dtypes,
    attrs: { interleaved: true },
    range,
    tolerance: 1e-6,
    why: 'neighbouring pairs',
  },
  {
    shapes: [['b', 2, 'n', 4], [1], ['n', 2], ['n', 2]],
    dtypes,
    attrs: { interleaved: true },
    range,
    tolerance: 1e-6,
    why: 'symbolic batch and tokens',
  },
  {
    shapes: [['b', 2, 'n', 6], [1], ['n', 3], ['n', 3]],
    dtypes,
    attrs: { interleaved: false },
    range,
    tolerance: 1e-6,
    why: 'halves as pairs',
  },
  {
    shapes: [['b', 4, 'n', 32], [1], ['n', 16], ['n', 16]],
    dtypes,
    attrs: { interleaved: true },
    range,
    tolerance: 1e-6,
    why: 'a width that vector code handles',
  },
]
