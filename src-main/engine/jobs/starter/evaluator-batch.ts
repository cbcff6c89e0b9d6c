import type { Random } from '../../diffusion/random'
import { composeJittered, drawJitter } from './jitter'
import { colourOf, PICTURE } from './lay-out'
import { drawing, type Pictures } from './pictures'
import { CELL, SIDE } from './places'
import { anyScene, type Scene } from './scenes'

/** Share of small things; the evaluator sees them as it sees the cells of a picture, at twice their size. */
const SMALL = 0.45

/** A single thing as the evaluator is shown it: near where the model draws it, or a cell by itself. */
export interface Look {
  readonly scene: Scene
  readonly size: 'home' | 'small'
}

/** Lays a random thing of the world over a random background, a little moved and scaled. */
export function drawLook(pictures: Pictures, random: Random, into: Float32Array): Look {
  const scene = anyScene(random, 'whole')
  const size = random.uniform() < SMALL ? 'small' : 'home'
  layLook(pictures, { scene, size }, random, into)
  return { scene, size }
}

/** Lays a look with a jitter drawn at random. into: (3, SIDE, SIDE). */
export function layLook(pictures: Pictures, { scene, size }: Look, random: Random, into: Float32Array): void {
  const { things, style, background } = scene
  const rgba = drawing(pictures, things[0], style, size)
  const jitter = drawJitter(random)
  if (size === 'home') return composeJittered(rgba, SIDE, jitter, colourOf(background), into)
  const cell = new Float32Array(3 * CELL * CELL)
  composeJittered(rgba, CELL, jitter, colourOf(background), cell)
  enlarge(cell, into)
}

/** A cell (3, CELL, CELL) of a picture (3, SIDE, SIDE). */
export function cropCell(picture: Float32Array, left: number, top: number): Float32Array {
  const cell = new Float32Array(3 * CELL * CELL)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < CELL; y++) {
      const from = channel * SIDE * SIDE + (top + y) * SIDE + left
      cell.set(picture.subarray(from, from + CELL), (channel * CELL + y) * CELL)
    }
  }
  return cell
}

/** A cell at twice its size, each pixel four times: (3, CELL, CELL) → (3, SIDE, SIDE). */
export function enlarge(cell: Float32Array, into: Float32Array): void {
  for (let at = 0; at < PICTURE; at++) {
    const x = at % SIDE
    const y = Math.floor(at / SIDE) % SIDE
    const channel = Math.floor(at / (SIDE * SIDE))
    into[at] = cell[(channel * CELL + (y >> 1)) * CELL + (x >> 1)] as number
  }
}
