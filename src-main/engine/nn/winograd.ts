import { mulDims } from '../ir/dim'
import { f32, type Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import { channelsOf } from './grid'
import type { Net } from './net'
import { withColumnsAround, withRowsAround, type Edges } from './tiles'

/**
 * Winograd's minimal filtering F(4×4, 3×3) (Lavin & Gray, arXiv 1509.09308, eq. 8): a tile of 4×4 results Y of a 3×3 filter g over
 * 6×6 cells d is Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, summed over channels before Aᵀ…A: 36 products instead of 144. The matrices are those
 * of the interpolation points 0, ±1, ±2, ∞.
 */
const B_TRANSPOSED = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
]
const G = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
]
const A_TRANSPOSED = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
]

/** Cells along a side of Winograd's tile. */
export const WINOGRAD_SIDE = 4

/**
 * The 3×3 convolution KEY.weight (O,C,3,3) [, KEY.bias (O)] of a stripe in tiles of 4×4, zeros left and right of it.
 * Relative error against the direct sum in float32: about 2e-6. Shape: (16,C,R,T) → (16,O,R,T).
 */
export function winogradConv(net: Net, key: string, x: Value, edges: Edges, to: number, bias = true): Value {
  const { b } = net
  const [, , R = 1, T = 1] = x.shape
  const from = channelsOf(x)
  const cells = mulDims(R, T)
  // Bᵀd: each row of a tile and its neighbours; then the same along columns, (Bᵀd)B = Bᵀ(Bᵀd)ᵀ transposed.
  const inward = b.constant(matrix(B_TRANSPOSED))
  const rows = b.matMul(inward, b.reshape(withRowsAround(net, x, edges), [6, mulDims(4 * from, cells)]))
  const around = withColumnsAround(net, b.reshape(rows, [6, 4, from, R, T]))
  const d = b.reshape(b.matMul(inward, b.reshape(around, [6, 6, mulDims(from, cells)])), [36, from, cells])
  const products = b.matMul(winogradFilters(net, key, to, from), d)
  const outward = b.constant(matrix(squared(A_TRANSPOSED)))
  const y = b.reshape(b.matMul(outward, b.reshape(products, [36, mulDims(to, cells)])), [16, to, R, T])
  return bias ? b.add(y, b.reshape(net.weight(`${key}.bias`, [to]), [to, 1, 1])) : y
}

/** G g Gᵀ of every filter. Shape: → (36,O,C). */
function winogradFilters(net: Net, key: string, to: number, from: number): Value {
  const { b } = net
  const filters = b.reshape(net.weight(`${key}.weight`, [to, from, 3, 3]), [to * from, 9])
  return b.reshape(b.emit('Gemm', [b.constant(matrix(squared(G))), filters], { transB: true }), [36, to, from])
}

function matrix(rows: readonly (readonly number[])[]): Tensor<'f32'> {
  return f32([rows.length, rows[0]?.length ?? 0], rows.flat())
}

/** M ⊗ M: what M does along rows and along columns, on tiles laid out row by row. */
function squared(m: readonly (readonly number[])[]): number[][] {
  return m.flatMap((rowI) => m.map((rowJ) => rowI.flatMap((x) => rowJ.map((y) => x * y))))
}
