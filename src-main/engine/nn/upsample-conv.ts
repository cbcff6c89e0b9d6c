import { mulDims } from '../ir/dim'
import { f32 } from '../ir/tensor'
import type { Value } from '../ir/value'
import { channelsOf } from './grid'
import type { Net } from './net'
import { repeatInQuarters, repeatOverTiles } from './shuffled-repeat'
import { halveEdge, halveTiles, sideOf, weaveQuarters, withColumnsAround, withRowsAround, type Edges } from './tiles'
import { upsampledWinogradConv, WINOGRAD_SIDE } from './winograd'

/**
 * A 3×3 convolution of the grid that nearest upsampling ×2 would give, from the small grid alone. Along one axis the two cells that
 * come from x[i] are y₀ = w₀x[i−1] + (w₁+w₂)x[i] and y₁ = (w₀+w₁)x[i] + w₂x[i+1]. With the differences d[i] = x[i] − x[i−1]
 *
 *     y₀ = (w₀+w₁+w₂)·x[i] − w₀·d[i]        y₁ = (w₀+w₁+w₂)·x[i] + w₂·d[i+1]
 *
 * share one product: 3 for 2 cells, 9 for 4 along both axes, instead of 36. Exact but for rounding. In tiles Winograd's needs fewer still.
 */

/** What a filter along one axis is multiplied with, and what it contributes to: the cell itself, d[i], d[i+1]. */
const TAPS = { itself: [1, 1, 1], before: [-1, 0, 0], after: [0, 0, 1] } as const
type Tap = keyof typeof TAPS
const NAMES: readonly Tap[] = ['itself', 'before', 'after']
/** The difference that the first and the second cell of a pair read. */
const DIFFERENCE = ['before', 'after'] as const

/**
 * Nearest upsampling ×2, then KEY.weight (O,C,3,3), KEY.bias (O); with `shortcut` what `shuffledRepeat` gives is added.
 * Shape: (s²,C,R,T) → (s²,O,2R,2T).
 */
export function upsampleConv(net: Net, key: string, x: Value, edges: Edges, to: number, shortcut = false): Value {
  return sideOf(x) === WINOGRAD_SIDE
    ? tiledUpsampleConv(net, key, x, edges, to, shortcut)
    : plainUpsampleConv(net, key, x, edges, to, shortcut)
}

function tiledUpsampleConv(net: Net, key: string, x: Value, edges: Edges, to: number, shortcut: boolean): Value {
  const small = halveTiles(net, x)
  const beside = { above: halveEdge(net, edges.above), below: halveEdge(net, edges.below) }
  // A channel that is added to itself is one in the middle of its filter.
  const centred = shortcut && channelsOf(x) === to
  const y = upsampledWinogradConv(net, key, small, beside, to, centred)
  if (!shortcut || centred) return y
  const [, , R = 1, T = 1] = y.shape
  return net.b.reshape(net.b.add(net.b.reshape(y, [2, 2, 2, 2, to, R, T]), repeatOverTiles(net, small, to)), y.shape)
}

function plainUpsampleConv(net: Net, key: string, x: Value, edges: Edges, to: number, shortcut: boolean): Value {
  const { b } = net
  const side = sideOf(x)
  const [, , R = 1, T = 1] = x.shape
  const bias = b.reshape(net.weight(`${key}.bias`, [to]), [to, 1])
  const product = productsOf(net, key, x, edges, to)
  const core = b.add(product('itself', 'itself'), bias)
  const rowSums = [b.add(core, product('before', 'itself')), b.add(core, product('after', 'itself'))] as const
  const cell = (p: 0 | 1, q: 0 | 1): Value => {
    const [u, v] = [DIFFERENCE[p], DIFFERENCE[q]]
    return b.add(b.add(rowSums[p], product('itself', v)), product(u, v))
  }
  const quarters = [cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)].map((y) => b.reshape(y, [1, side * side, to, R, T]))
  const all = b.concat(quarters, 0)
  return weaveQuarters(net, shortcut ? b.add(all, repeatInQuarters(net, x, to)) : all)
}

/** Products of the nine filters with what each is multiplied with, (s²,O,R·T), each made once. */
function productsOf(net: Net, key: string, x: Value, edges: Edges, to: number): (u: Tap, v: Tap) => Value {
  const { b } = net
  const side = sideOf(x)
  const from = channelsOf(x)
  const [, , R = 1, T = 1] = x.shape
  const filters = b.split(pairedFilters(net, key, to, from), 0, Array<number>(9).fill(1))
  const around = withColumnsAround(net, withRowsAround(net, x, edges))
  const take = (value: Value, axis: 0 | 1, tap: Tap): Value => {
    if (tap === 'itself') return b.slice(value, axis, 1, side + 1)
    const from = tap === 'before' ? 0 : 1
    return b.sub(b.slice(value, axis, from + 1, from + 1 + side), b.slice(value, axis, from, from + side))
  }
  const rows = Object.fromEntries(NAMES.map((u) => [u, take(around, 0, u)]))
  const made = new Map<string, Value>()
  return (u, v) => {
    const known = made.get(u + v)
    const [along, filter] = [rows[u], filters[NAMES.indexOf(u) * 3 + NAMES.indexOf(v)]]
    if (known || !along || !filter) return known ?? x
    const cells = b.reshape(take(along, 1, v), [side * side, from, mulDims(R, T)])
    const y = b.matMul(b.reshape(filter, [to, from]), cells)
    made.set(u + v, y)
    return y
  }
}

/** The filters of all pairs of taps. Shape: → (9,O,C). */
function pairedFilters(net: Net, key: string, to: number, from: number): Value {
  const { b } = net
  const pairs = NAMES.flatMap((u) => NAMES.map((v) => TAPS[u].flatMap((p) => TAPS[v].map((q) => p * q))))
  const filters = b.reshape(net.weight(`${key}.weight`, [to, from, 3, 3]), [to * from, 9])
  return b.reshape(b.emit('Gemm', [b.constant(f32([9, 9], pairs.flat())), filters], { transB: true }), [9, to, from])
}
