import { centre } from './geometry'
import type { Placed } from './layout'

export type Direction = 'left' | 'right' | 'up' | 'down'

const AXES: Readonly<Record<Direction, { along: 'x' | 'y'; sign: 1 | -1 }>> = {
  left: { along: 'x', sign: -1 },
  right: { along: 'x', sign: 1 },
  up: { along: 'y', sign: -1 },
  down: { along: 'y', sign: 1 },
}

/** What an arrow key selects: the nearest picture in that direction, distance across counting double so that rows are kept to. */
export function neighbour(placed: readonly Placed[], from: string | undefined, direction: Direction): Placed | undefined {
  const current = placed.find((item) => item.id === from)
  if (current === undefined) return placed.at(-1)
  const { along, sign } = AXES[direction]
  const across = along === 'x' ? 'y' : 'x'
  const here = centre<'canvas'>(current)
  let best: Placed | undefined
  let bestCost = Infinity
  for (const item of placed) {
    const there = centre<'canvas'>(item)
    const ahead = (there[along] - here[along]) * sign
    const cost = ahead + 2 * Math.abs(there[across] - here[across])
    if (item.id !== current.id && ahead > 0 && cost < bestCost) {
      best = item
      bestCost = cost
    }
  }
  return best
}
