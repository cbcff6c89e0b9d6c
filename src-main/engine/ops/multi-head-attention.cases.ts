import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'MultiHeadAttention'> = ([queries, keys, values], { heads, scale }) => {
  const [q, k, v] = [operand(queries), operand(keys), operand(values)]
  const [batch = 0, tokens = 0, width = 0] = q.shape
  const count = k.shape[1] ?? 0
  const d = width / heads
  return [
    build([batch, tokens, width], ([s = 0, n = 0, i = 0]) => {
      const first = Math.floor(i / d) * d
      let [sum, total] = [0, 0]
      for (let m = 0; m < count; m++) {
        let score = 0
        for (let j = first; j < first + d; j++) score += at(q, [s, n, j]) * at(k, [s, m, j])
        const weight = Math.exp(scale * score)
        total += weight
        sum += weight * at(v, [s, m, i])
      }
      return sum / total
    }),
  ]
}

const range = [-2, 2] as const

export const cases: readonly OpCase<'MultiHeadAttention'>[] = [
  {
    shapes: [
      [2, 5, 12],
      [2, 5, 12],
      [2, 5, 12],
    ],
    attrs: { heads: 3, scale: 0.5 },
    range,
    tolerance: 1e-6,
    why: 'tokens to themselves',
  },
  {
    shapes: [
      ['b', 'n', 8],
      ['b', 'm', 8],
      ['b', 'm', 8],
    ],
    attrs: { heads: 2, scale: 0.3 },
    range,
    tolerance: 1e-6,
    why: 'symbolic tokens to those of a caption',
  },
  {
    shapes: [
      [1, 80, 16],
      [1, 300, 16],
      [1, 300, 16],
    ],
    attrs: { heads: 2, scale: 0.35 },
    range,
    tolerance: 1e-6,
    why: 'more than one block of queries and keys',
  },
]
