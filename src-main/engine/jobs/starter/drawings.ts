import type { RandomStream } from '../../diffusion/noise/random-stream'
import { concepts } from './concepts'
import { backgrounds, styles } from './palette'
import { drawing, type Pictures } from './pictures'
import { SIDE } from './places'
import { compose } from './render'

/** Numbers of a picture: 3 × SIDE × SIDE. */
export const PICTURE = 3 * SIDE * SIDE

/** What a drawn picture shows. */
export interface Shown {
  readonly concept: number
  readonly style: number
  readonly background: number
}

/** Lays a random drawing of the world, at one of `places`, over a random background (white as often as all others). */
export function drawPicture(pictures: Pictures, places: readonly number[], random: RandomStream, into: Float32Array): Shown {
  const shown = {
    concept: below(random, concepts.length),
    style: below(random, styles.length),
    background: drawBackground(random),
  }
  const place = places[below(random, places.length)] ?? 0
  compose(drawing(pictures, shown.concept, shown.style, place), colourOf(shown.background), into)
  return shown
}

export function drawBackground(random: RandomStream): number {
  return random.uniform() < 0.5 ? 0 : 1 + below(random, backgrounds.length - 1)
}

export function colourOf(background: number): readonly [number, number, number] {
  return backgrounds[background]?.rgb ?? [255, 255, 255]
}

/** An integer of 0 … count − 1. */
export function below(random: RandomStream, count: number): number {
  return Math.floor(random.uniform() * count)
}
