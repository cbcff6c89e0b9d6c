import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

/** x in steps of its range/255 (zero included), as ONNX DynamicQuantizeLinear-11 has it; then the product of integers, scaled. */
export const reference: Reference<'DynamicQuantizeMatMul'> = ([given, weight, scale]) => {
  const [x, w] = [operand(given), operand(weight)]
  const [least, most] = [Math.min(0, ...x.data), Math.max(0, ...x.data)]
  const step = (most - least) / 255
  const zero = Math.round(-least / step)
  const [inner = 0, out = 0] = w.shape
  return [
    build([...x.shape.slice(0, -1), out], (index) => {
      const [row, o] = [index.slice(0, -1), index.at(-1) ?? 0]
      let sum = 0
      for (let i = 0; i < inner; i++) {
        const q = Math.min(255, Math.max(0, Math.round(at(x, [...row, i]) / step) + zero))
        sum += (q - zero) * at(w, [i, o])
      }
      return sum * step * at(operand(scale), [o])
    }),
  ]
}

const dtypes = ['f32', 'i8', 'f32'] as const
const range = [
  [-2, 3],
  [-64, 64],
  [0.01, 0.1],
] as const

export const cases: readonly OpCase<'DynamicQuantizeMatMul'>[] = [
  { shapes: [[5, 16], [16, 8], [8]], dtypes, range, tolerance: 1e-5, why: 'a scale for each column' },
  { shapes: [['b', 'n', 32], [32, 4], [4]], dtypes, range, tolerance: 1e-5, why: 'symbolic rows' },
]
