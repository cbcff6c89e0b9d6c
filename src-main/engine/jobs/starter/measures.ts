import { cornerColour } from '../../scoring/corner-colour'
import { colourOf } from './lay-out'
import { nearestBackground, tints } from './palette'
import { SIDE } from './places'
import { toOklab } from './recolour'

const AREA = SIDE * SIDE
/** Pixels that differ from the background by this much (of 255) in a channel belong to the thing. */
const APART = 40
/** Chroma (OKLab) from which a pixel counts as coloured, and the share of coloured pixels below which a thing is grey. */
const COLOURED = 0.045
const GREY = 0.12

/** The background of a picture by rule: the palette colour nearest to the median of the four corners. picture: (3,SIDE,SIDE) in [−1,1]. */
export function backgroundOf(picture: Float32Array): number {
  return nearestBackground(cornerColour(picture, SIDE))
}

/**
 * The colour of the thing in a picture by rule: the tint whose hue is nearest to the mean of all coloured pixels that are not background, or
 * grey where few are coloured. picture: (3,SIDE,SIDE) in [−1,1]; `background` as `backgroundOf` finds it.
 */
export function tintOf(picture: Float32Array, background: number): number {
  const ground = colourOf(background)
  let [things, coloured, sumA, sumB] = [0, 0, 0, 0]
  for (let p = 0; p < AREA; p++) {
    const rgb = [0, 1, 2].map((c) => Math.round(Math.max(0, Math.min(255, ((picture[c * AREA + p] ?? 0) + 1) * 127.5))))
    if (rgb.every((value, c) => Math.abs(value - (ground[c] ?? 0)) < APART)) continue
    const [, a, b] = toOklab(rgb[0] ?? 0, rgb[1] ?? 0, rgb[2] ?? 0)
    things++
    if (Math.hypot(a, b) < COLOURED) continue
    coloured++
    sumA += a
    sumB += b
  }
  if (coloured < GREY * things) return tints.findIndex(({ hue }) => hue === undefined)
  const hue = (Math.atan2(sumB, sumA) * 180) / Math.PI
  const apart = tints.map((tint) => (tint.hue === undefined ? Infinity : Math.abs(((hue - tint.hue + 540) % 360) - 180)))
  return apart.indexOf(Math.min(...apart))
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
