import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Softmax'> = ([given], { axis }) => {
  const x = operand(given)
  const along = axis < 0 ? axis + x.shape.length : axis
  return [
    build(x.shape, (index) => {
      let sum = 0
      for (let i = 0; i < (x.shape[along] ?? 0); i++) sum += Math.exp(at(x, index.with(along, i)) - at(x, index))
      return 1 / sum
    }),
  ]
}

const tolerance = { value: 5e-7, derivative: 1e-6 }

export const cases: readonly OpCase<'Softmax'>[] = [
  { shapes: [[3, 5]], attrs: { axis: -1 }, range: [-3, 3], tolerance, why: 'the last axis' },
  { shapes: [['b', 2, 'n', 'n']], attrs: { axis: -1 }, range: [-3, 3], tolerance, why: 'scores of attention' },
  { shapes: [[2, 4, 3]], attrs: { axis: 1 }, range: [-3, 3], tolerance, why: 'a middle axis' },
  {
    shapes: [[2, 5]],
    attrs: { axis: -1 },
    range: [80, 120],
    tolerance: { value: 2e-6, derivative: 4e-6 },
    why: 'numbers whose exponential overflows',
  },
]
