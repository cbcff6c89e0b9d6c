import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand, type Array64 } from '../../../test/support/reference'

/** Element i of a packed row of 4- or 8-bit numbers. */
function unpacked(x: Array64, index: readonly number[], i: number, bits: number): number {
  if (bits === 8) return at(x, [...index, i])
  return Math.floor(at(x, [...index, Math.floor(i / 2)]) / (i % 2 === 0 ? 1 : 16)) % 16
}

export const reference: Reference<'MatMulNBits'> = ([given, q, scale, zero], { bits, block }) => {
  const x = operand(given)
  const out = operand(q).shape[0] ?? 0
  const inner = x.shape.at(-1) ?? 0
  return [
    build([...x.shape.slice(0, -1), out], (index) => {
      const [row, o] = [index.slice(0, -1), index.at(-1) ?? 0]
      let sum = 0
      for (let i = 0; i < inner; i++) {
        const at32 = Math.floor(i / block)
        const value = unpacked(operand(q), [o, at32], i % block, bits) - unpacked(operand(zero), [o], at32, bits)
        sum += at(x, [...row, i]) * value * at(operand(scale), [o, at32])
      }
      return sum
    }),
  ]
}

const dtypes = ['f32', 'u8', 'f32', 'u8'] as const
const range = [
  [-2, 2],
  [0, 255],
  [0.01, 0.1],
  [0, 255],
] as const

export const cases: readonly OpCase<'MatMulNBits'>[] = [
  {
    shapes: [
      [3, 64],
      [5, 2, 16],
      [5, 2],
      [5, 1],
    ],
    dtypes,
    attrs: { bits: 4, block: 32 },
    range,
    tolerance: 2e-6,
    why: 'two 4-bit numbers in a byte',
  },
  {
    shapes: [
      ['b', 'n', 96],
      [4, 3, 16],
      [4, 3],
      [4, 2],
    ],
    dtypes,
    attrs: { bits: 4, block: 32 },
    range,
    tolerance: 2e-6,
    why: 'an odd number of blocks, symbolic rows',
  },
]
