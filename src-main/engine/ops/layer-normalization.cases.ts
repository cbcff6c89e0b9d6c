import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'LayerNormalization'> = ([given, scale, bias], { epsilon }) => {
  const x = operand(given)
  const width = x.shape.at(-1) ?? 1
  const rows = [...x.shape.slice(0, -1), 1]
  const overRow = (index: readonly number[], f: (value: number) => number): number => {
    let sum = 0
    for (let i = 0; i < width; i++) sum += f(at(x, [...index.slice(0, -1), i]))
    return sum / width
  }
  const mean = build(rows, (index) => overRow(index, (value) => value))
  const invStd = build(rows, (index) => 1 / Math.sqrt(overRow(index, (value) => (value - at(mean, index)) ** 2) + epsilon))
  const y = build(x.shape, (index) => {
    const row = [...index.slice(0, -1), 0]
    const column = [index.at(-1) ?? 0]
    return (at(x, index) - at(mean, row)) * at(invStd, row) * at(operand(scale), column) + (bias ? at(bias, column) : 0)
  })
  return [y, mean, invStd]
}

const tolerance = { value: 1e-6, derivative: 2e-6 }

export const cases: readonly OpCase<'LayerNormalization'>[] = [
  { shapes: [[3, 8], [8], [8]], attrs: { epsilon: 1e-5 }, range: [-2, 2], tolerance, why: 'scale and bias' },
  { shapes: [['b', 'n', 6], [6]], attrs: { epsilon: 1e-6 }, range: [-2, 2], tolerance, why: 'symbolic rows, no bias' },
  { shapes: [[4, 8], [8], [8]], attrs: { epsilon: 0.1 }, range: [-0.3, 0.3], tolerance, why: 'epsilon as large as the variance' },
]
