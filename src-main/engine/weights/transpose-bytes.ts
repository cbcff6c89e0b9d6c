import { tensor, type Tensor } from '../ir/tensor'

/** Side of the squares that are turned one after the other, so that both matrices stay in the cache. */
const SQUARE = 64

/** Shape: (R,C) i8 → (C,R). */
export function transposeBytes(matrix: Tensor<'i8'>): Tensor<'i8'> {
  const [rows = 0, columns = 0] = matrix.shape
  const turned = new Int8Array(rows * columns)
  for (let r0 = 0; r0 < rows; r0 += SQUARE) {
    for (let c0 = 0; c0 < columns; c0 += SQUARE) {
      for (let r = r0; r < Math.min(rows, r0 + SQUARE); r++) {
        for (let c = c0; c < Math.min(columns, c0 + SQUARE); c++) turned[c * rows + r] = matrix.data[r * columns + c]!
      }
    }
  }
  return tensor('i8', [columns, rows], turned)
}
