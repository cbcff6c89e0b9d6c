import { nearestBackground } from './palette'
import { SIDE } from './places'

const AREA = SIDE * SIDE
/** Pixels along the sides that the model's drawings leave free. */
const MARGIN = 8

/** The background of a picture by rule: the palette colour nearest to the median of the four corners. picture: (3,SIDE,SIDE) in [−1,1]. */
export function backgroundOf(picture: Float32Array): number {
  const median = [0, 1, 2].map((channel) => {
    const values: number[] = []
    for (const y of [0, SIDE - MARGIN]) {
      for (const x of [0, SIDE - MARGIN]) {
        for (let i = 0; i < MARGIN; i++) {
          for (let j = 0; j < MARGIN; j++) values.push(picture[channel * AREA + (y + i) * SIDE + x + j] ?? 0)
        }
      }
    }
    values.sort((a, b) => a - b)
    return ((values[values.length >> 1] ?? 0) + 1) * 127.5
  })
  return nearestBackground([median[0] ?? 0, median[1] ?? 0, median[2] ?? 0])
}

/** Sums of jumps between neighbouring pixels: across borders of tokens, and inside them. */
export interface Jumps {
  across: number
  acrossCount: number
  inside: number
  insideCount: number
}

/** Adds the jumps of a picture. A token is `factor` pixels wide. */
export function addJumps(picture: Float32Array, factor: number, into: Jumps): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 1; x < SIDE; x++) {
        const at = channel * AREA + y * SIDE + x
        const beside = Math.abs((picture[at] ?? 0) - (picture[at - 1] ?? 0))
        const turned = channel * AREA + x * SIDE + y
        const below = Math.abs((picture[turned] ?? 0) - (picture[turned - SIDE] ?? 0))
        if (x % factor === 0) {
          into.across += beside + below
          into.acrossCount += 2
        } else {
          into.inside += beside + below
          into.insideCount += 2
        }
      }
    }
  }
}

/** Mean jump across borders over mean jump inside tokens: 1 where no grid shows. */
export function seamRatio(jumps: Jumps): number {
  return jumps.across / jumps.acrossCount / (jumps.inside / jumps.insideCount)
}

/** How many scores exceed that of `right`: 0 means it ranks first. */
export function rankOf(scores: Float32Array, right: number): number {
  const own = scores[right] ?? -Infinity
  return scores.reduce((above, score) => above + (score > own ? 1 : 0), 0)
}
