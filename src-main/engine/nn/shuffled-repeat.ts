import { i64 } from '../ir/tensor'
import type { Value } from '../ir/value'
import { channelsOf, repeatChannels } from './grid'
import type { Net } from './net'

/**
 * The shortcut of an upsampling block: channels repeated to four times O, then torch's pixel_shuffle ×2. Cell (p,q) of channel o is
 * channel ⌊(4o + 2p + q)/times⌋ of x, times = 4O/C.
 */

/** It as quarters, number 2p + q. Shape: (s²,C,R,T) → (4,s²,O,R,T), or (1,s²,O,R,T) where all four are the same. */
export function repeatInQuarters(net: Net, x: Value, to: number): Value {
  const { b } = net
  const [cells = 1, , R = 1, T = 1] = x.shape
  const times = (4 * to) / channelsOf(x)
  if (times === 4) return b.reshape(x, [1, cells, to, R, T])
  const channels = [0, 1, 2, 3].flatMap((quarter) => Array.from({ length: to }, (_, o) => Math.floor((4 * o + quarter) / times)))
  const all = b.gather(x, b.constant(i64([4 * to], channels)), 1)
  return b.transpose(b.reshape(all, [cells, 4, to, R, T]), [1, 0, 2, 3, 4])
}

/** It in tiles of 4×4, of tiles of 2×2 and their parts p, q, to be added to (2,p,2,q,O,R,T). Shape: (4,C,R,T) → (2,1…2,2,1…2,O,R,T). */
export function repeatOverTiles(net: Net, x: Value, to: number): Value {
  const { b } = net
  const times = (4 * to) / channelsOf(x)
  const cells = times > 4 ? repeatChannels(net, x, times / 4) : x
  const [p, q] = [times < 4 ? 2 : 1, times < 2 ? 2 : 1]
  const [, , R = 1, T = 1] = x.shape
  return b.transpose(b.reshape(cells, [2, 2, to, p, q, R, T]), [0, 3, 1, 4, 2, 5, 6])
}
