import { mulDims } from '../ir/dim'
import { f32, zeros, type Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import type { Net } from './net'
import { withColumnsAround, withRowsAround, type Edges } from './tiles'

/**
 * Winograd's minimal filtering F(4×4, 3×3) (Lavin & Gray, arXiv 1509.09308, eq. 8): a tile of 4×4 results Y of a 3×3 filter g over
 * 6×6 cells d is Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, summed over channels before Aᵀ…A: 36 products instead of 144. The matrices are those
 * of the interpolation points 0, ±1, ±2, ∞.
 */
export const B_TRANSPOSED = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
]
/** See B_TRANSPOSED. */
export const G = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
]
/** See B_TRANSPOSED. */
export const A_TRANSPOSED = [
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
  return minimalFiltering(net, key, withRowsAround(net, x, edges), to, { inward: B_TRANSPOSED, points: ALL, bias })
}

/** Nearest upsampling ×2 gives a tile of 4×4 cells and its neighbours six rows and columns of which it has four. */
const UPSAMPLED = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
]
/** At the point −1 every upsampled signal is zero: one product of six falls away along each axis, 25 remain of 36. */
const NOT_MINUS_ONE = [0, 1, 3, 4, 5]

/**
 * `winogradConv` of the grid that nearest upsampling ×2 would give, from the small grid in tiles of 2×2: 25 products for 16 cells
 * instead of 144. `centred`: the picture itself is added, as if the filter of a channel onto itself had one more in its middle.
 * Shape: (4,C,R,T) → (16,O,R,T).
 */
export function upsampledWinogradConv(net: Net, key: string, x: Value, edges: Edges, to: number, centred = false): Value {
  const inward = product(B_TRANSPOSED, UPSAMPLED)
  return minimalFiltering(net, key, withRowsAround(net, x, edges), to, { inward, points: NOT_MINUS_ONE, bias: true, centred })
}

const ALL = [0, 1, 2, 3, 4, 5]

interface Filtering {
  /** What is done to the rows and the columns of a tile and its neighbours. */
  readonly inward: Matrix
  /** Rows of `inward` that are not always zero. */
  readonly points: readonly number[]
  readonly bias: boolean
  readonly centred?: boolean
}

/** Shape: rows of tiles and their neighbours (s+2,s,C,R,T) → (16,O,R,T). */
function minimalFiltering(net: Net, key: string, around: Value, to: number, { inward, points, bias, centred }: Filtering): Value {
  const { b } = net
  const [wide = 1, side = 1, C = 1, R = 1, T = 1] = around.shape
  const [from, cells, count] = [Number(C), mulDims(R, T), points.length]
  // Bᵀd: each row of a tile and its neighbours; then the same along columns, (Bᵀd)B = Bᵀ(Bᵀd)ᵀ transposed.
  const transform = b.constant(matrix(points.map((i) => inward[i] ?? [])))
  const rows = b.matMul(transform, b.reshape(around, [wide, mulDims(mulDims(side, from), cells)]))
  const columns = withColumnsAround(net, b.reshape(rows, [count, side, from, R, T]))
  const d = b.matMul(transform, b.reshape(columns, [count, wide, mulDims(from, cells)]))
  const filters = winogradFilters(net, key, { to, from, points, centred })
  const products = b.matMul(filters, b.reshape(d, [count * count, from, cells]))
  const outward = b.constant(matrix(squared(A_TRANSPOSED.map((row) => points.map((i) => row[i] ?? 0)))))
  const y = b.reshape(b.matMul(outward, b.reshape(products, [count * count, mulDims(to, cells)])), [16, to, R, T])
  return bias ? b.add(y, b.reshape(net.weight(`${key}.bias`, [to]), [to, 1, 1])) : y
}

/** G g Gᵀ of every filter at the points. Shape: → (points²,O,C). */
function winogradFilters(
  net: Net,
  key: string,
  { to, from, points, centred = false }: { to: number; from: number; points: readonly number[]; centred?: boolean | undefined },
): Value {
  const { b } = net
  const given = b.reshape(net.weight(`${key}.weight`, [to, from, 3, 3]), [to * from, 9])
  const filters = centred ? b.add(given, b.mul(b.constant(identity(to, from)), b.constant(f32([1, 9], MIDDLE)))) : given
  const transform = b.constant(matrix(squared(points.map((i) => G[i] ?? []))))
  return b.reshape(b.emit('Gemm', [transform, filters], { transB: true }), [points.length ** 2, to, from])
}

const MIDDLE = [0, 0, 0, 0, 1, 0, 0, 0, 0]

/** One for each pair of a channel with itself. Shape: → (O·C,1). */
function identity(to: number, from: number): Tensor<'f32'> {
  const pairs = zeros('f32', [to * from, 1])
  for (let o = 0; o < Math.min(to, from); o++) pairs.data[o * from + o] = 1
  return pairs
}

type Matrix = readonly (readonly number[])[]

function product(left: Matrix, right: Matrix): Matrix {
  return left.map((row) => (right[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (right[k]?.[j] ?? 0), 0)))
}

function matrix(rows: Matrix): Tensor<'f32'> {
  return f32([rows.length, rows[0]?.length ?? 0], rows.flat())
}

/** M ⊗ M: what M does along rows and along columns, on tiles laid out row by row. */
export function squared(m: Matrix): Matrix {
  return m.flatMap((rowI) => m.map((rowJ) => rowI.flatMap((x) => rowJ.map((y) => x * y))))
}
