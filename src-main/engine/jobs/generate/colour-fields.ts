import { RandomStream } from '../../diffusion/noise/random-stream'
import { picture, type Picture } from '../../images/picture'

const SEEDS = 14

/**
 * Pictures of coloured fields with soft shades and hard edges, always the same: every colour beside every other, which is what a
 * projection of latents has to learn.
 */
export function colourFields(count: number, side: number): Picture[] {
  const random = new RandomStream(1)
  return Array.from({ length: count }, () => fieldsOf(random, side))
}

interface Field {
  readonly x: number
  readonly y: number
  /** Colour at the seed, and how it changes to the right and downwards. */
  readonly colour: readonly { readonly level: number; readonly right: number; readonly down: number }[]
}

function fieldsOf(random: RandomStream, side: number): Picture {
  const fields: Field[] = Array.from({ length: SEEDS }, () => ({
    x: random.uniform() * side,
    y: random.uniform() * side,
    colour: [0, 1, 2].map(() => ({
      level: random.uniform() * 255,
      right: ((random.uniform() - 0.5) * 255) / side,
      down: ((random.uniform() - 0.5) * 255) / side,
    })),
  }))
  const rgb = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const field = nearest(fields, x, y)
      field.colour.forEach(({ level, right, down }, c) => {
        const value = level + right * (x - field.x) + down * (y - field.y)
        rgb[(y * side + x) * 3 + c] = Math.max(0, Math.min(255, value))
      })
    }
  }
  return picture(side, side, rgb)
}

function nearest(fields: readonly Field[], x: number, y: number): Field {
  return fields.reduce((best, field) => (distance(field, x, y) < distance(best, x, y) ? field : best))
}

const distance = (field: Field, x: number, y: number): number => (field.x - x) ** 2 + (field.y - y) ** 2
