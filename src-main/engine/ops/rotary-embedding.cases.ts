import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand, type Array64 } from '../../../test/support/reference'

/** (a, b) → (a·cos − b·sin, b·cos + a·sin) for the pair that feature i belongs to. */
export const reference: Reference<'RotaryEmbedding'> = ([given, first, cosines, sines], { interleaved }) => {
  const x = operand(given)
  if (x.shape.length === 3) return [sideBySide(reference, x, [first, cosines, sines], { interleaved })]
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

/** (B,N,H·d): the same for each head in its place. */
function sideBySide(
  ofHeads: Reference<'RotaryEmbedding'>,
  x: Array64,
  [first, cos, sin]: readonly (Array64 | undefined)[],
  attrs: { readonly interleaved: boolean },
): Array64 {
  const [batch = 0, tokens = 0, features = 0] = x.shape
  const width = 2 * (operand(cos).shape[1] ?? 0)
  const heads = build([batch, features / width, tokens, width], ([b = 0, h = 0, n = 0, i = 0]) => at(x, [b, n, h * width + i]))
  const [turned] = ofHeads([heads, operand(first), operand(cos), operand(sin)], attrs, Number)
  return build(x.shape, ([b = 0, n = 0, i = 0]) => at(operand(turned), [b, Math.floor(i / width), n, i % width]))
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
    shapes: [['b', 'n', 12], [1], ['n', 2], ['n', 2]],
    dtypes,
    attrs: { interleaved: true },
    range,
    tolerance: 1e-6,
    why: 'heads side by side',
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
