import { SmallRandom } from './random'

/** Side of the pictures in pixels. */
export const SIDE = 128

/** Where and how large an icon stands in the picture, in pixels; `mirrored` swaps left and right. */
export interface Place {
  readonly size: number
  readonly left: number
  readonly top: number
  readonly mirrored: boolean
}

/** Where the model draws: centred, a margin of 10 pixels. */
export const homePlace: Place = { size: 108, left: 10, top: 10, mirrored: false }

/** `homePlace`, then `count − 1` places drawn from `seed`, for what must not depend on the place. */
export function placesFor(seed: number, count: number): readonly Place[] {
  const random = new SmallRandom(seed)
  const places = [homePlace]
  while (places.length < count) {
    const size = Math.round(random.between(76, 122))
    const room = SIDE - size
    places.push({ size, left: random.below(room + 1), top: random.below(room + 1), mirrored: random.uniform() < 0.5 })
  }
  return places.slice(0, count)
}
