import type { OpCase, Reference } from '../../../test/support/op-case'
import { atBroadcast, build, jointShape, operand } from '../../../test/support/reference'

export const reference: Reference<'MatMul'> = ([left, right]) => {
  const [x, y] = [operand(left), operand(right)]
  const inner = x.shape.at(-1) ?? 1
  const batch = jointShape([x.shape.slice(0, -2), y.shape.slice(0, -2)])
  return [
    build([...batch, x.shape.at(-2) ?? 1, y.shape.at(-1) ?? 1], (index) => {
      const [lead, row, column] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0]
      let sum = 0
      for (let k = 0; k < inner; k++) sum += atMatrix(x, lead, row, k) * atMatrix(y, lead, k, column)
      return sum
    }),
  ]
}

function atMatrix(x: Parameters<typeof atBroadcast>[0], lead: readonly number[], row: number, column: number): number {
  // The matrix axes never broadcast: a single row is read as row 0 anyway.
  return atBroadcast(x, [...lead.slice(lead.length - Math.max(0, x.shape.length - 2)), row, column])
}

const range = [-2, 2] as const

export const cases: readonly OpCase<'MatMul'>[] = [
  {
    shapes: [
      [3, 4],
      [4, 5],
    ],
    range,
    tolerance: 1e-6,
    why: 'two matrices',
  },
  {
    shapes: [
      ['b', 'n', 4],
      [4, 5],
    ],
    range,
    tolerance: 1e-6,
    why: 'a linear layer over symbolic rows',
  },
  {
    shapes: [
      ['b', 2, 'n', 4],
      ['b', 2, 4, 'n'],
    ],
    range,
    tolerance: 1e-6,
    why: 'scores of attention',
  },
  {
    shapes: [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    range,
    tolerance: 1e-6,
    why: 'leading axes broadcast both ways',
  },
  {
    shapes: [
      [3, 4],
      [2, 4, 5],
    ],
    range,
    tolerance: 1e-6,
    why: 'one matrix on the left of many',
  },
  {
    shapes: [
      ['b', 1, 4],
      [4, 3],
    ],
    range,
    tolerance: 1e-6,
    why: 'single rows',
  },
  {
    shapes: [
      [3, 4],
      [4, 5],
    ],
    dtypes: 'f16',
    range,
    tolerance: { value: 2e-3, derivative: 4e-3 },
    why: 'halves',
  },
]
