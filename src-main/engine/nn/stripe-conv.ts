import { mulDims } from '../ir/dim'
import type { Value } from '../ir/value'
import { channelsOf, mixChannels } from './grid'
import type { Net } from './net'
import { repeatInQuarters } from './shuffled-repeat'
import { fromTiles, sideOf, weaveQuarters, type Edges } from './tiles'
import { WINOGRAD_SIDE, winogradConv } from './winograd'

/** The 3×3 convolution KEY of a stripe: Winograd's where the grid lies in tiles of its size. Shape: (s²,C,R,T) → (s²,O,R,T). */
export function stripeConv(net: Net, key: string, x: Value, edges: Edges, to: number, bias = true): Value {
  if (sideOf(x) === WINOGRAD_SIDE) return winogradConv(net, key, x, edges, to, bias)
  const weight = net.weight(`${key}.weight`, [to, channelsOf(x), 3, 3])
  // Zeros lie left and right of the picture; above and below the neighbouring stripes.
  const attrs = { strides: [1, 1], pads: [0, 1, 0, 1], dilations: [1, 1], group: 1 }
  const around = net.b.concat([edges.above, x, edges.below], 2)
  return net.b.conv(around, weight, bias ? net.weight(`${key}.bias`, [to]) : undefined, attrs)
}

/** `stripeConv` to four times the channels, then torch's pixel_shuffle ×2. `shortcut`: as in `upsampleConv`. Shape: (s²,C,R,T) → (s²,O,2R,2T). */
export function shuffledConv(net: Net, key: string, x: Value, edges: Edges, to: number, shortcut = false): Value {
  const { b } = net
  const [cells = 1, , R = 1, T = 1] = x.shape
  const y = b.reshape(stripeConv(net, key, x, edges, 4 * to), [cells, to, 4, R, T])
  const quarters = b.transpose(y, [2, 0, 1, 3, 4])
  return weaveQuarters(net, shortcut ? b.add(quarters, repeatInQuarters(net, x, to)) : quarters)
}

/**
 * The 3×3 convolution KEY of a stripe to a few channels, such as a picture's: the filters' products with every cell come first,
 * then sums of nine neighbours, of as few channels as come out. Shape: (s²,C,R,T) → (1,O,s·R,s·T), without tiles.
 */
export function narrowConv(net: Net, key: string, x: Value, { above, below }: Edges, to: number): Value {
  const { b } = net
  const [side, from] = [sideOf(x), channelsOf(x)]
  const [, , R = 1, T = 1] = x.shape
  const width = mulDims(side, T)
  const weight = b.reshape(net.weight(`${key}.weight`, [to, from, 3, 3]), [to, from, 9])
  const taps = b.reshape(b.transpose(weight, [2, 0, 1]), [9 * to, from])
  const row = (edge: Value): Value => {
    const products = b.matMul(taps, b.reshape(edge, [side, from, T]))
    return b.reshape(b.transpose(products, [1, 2, 0]), [1, 9 * to, 1, width])
  }
  const inner = fromTiles(net, mixChannels(net, taps, x))
  const products = b.pad(b.concat([row(above), inner, row(below)], 2), [0, 0, 0, 1, 0, 0, 0, 1])
  // What the tap (i,j) adds to a cell lies i − 1 rows and j − 1 columns away.
  const terms = Array.from({ length: 9 }, (_, tap) => {
    const [i, j] = [Math.floor(tap / 3), tap % 3]
    return b.pad(products, [0, -tap * to, -i, -j, 0, (tap - 8) * to, i - 2, j - 2])
  })
  const sum = terms.reduce((total, term) => b.add(total, term))
  return b.reshape(b.add(sum, b.reshape(net.weight(`${key}.bias`, [to]), [to, 1, 1])), [1, to, mulDims(side, R), width])
}
