import type { Value } from '../ir/value'
import { channelsOf } from './grid'
import type { Net } from './net'
import { sideOf, weaveQuarters, type Edges } from './tiles'
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
export function shuffledConv(
  net: Net,
  key: string,
  x: Value,
  edges: Edges,
  to: number,
  shortcut?: (p: 0 | 1, q: 0 | 1) => Value,
): Value {
  const { b } = net
  const [cells = 1, , R = 1, T = 1] = x.shape
  const y = b.reshape(stripeConv(net, key, x, edges, 4 * to), [cells, to, 4, R, T])
  const quarters = b.transpose(y, [2, 0, 1, 3, 4])
  if (!shortcut) return weaveQuarters(net, quarters)
  const added = [shortcut(0, 0), shortcut(0, 1), shortcut(1, 0), shortcut(1, 1)]
  const shape = [1, cells, to, R, T]
  const terms = b.concat(
    added.map((value) => b.reshape(value, shape)),
    0,
  )
  return weaveQuarters(net, b.add(quarters, terms))
}
