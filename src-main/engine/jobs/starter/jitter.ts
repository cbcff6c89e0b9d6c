import type { Random } from '../../diffusion/random'
import type { CELL } from './places'
import { SIDE } from './places'

/** A small change of size and place. */
export interface Jitter {
  /** Size over size at home. */
  readonly scale: number
  /** Pixels of a whole picture to the right and down; a cell moves by half as many. */
  readonly right: number
  readonly down: number
}

/** 0.85 … 1.1 times the size, up to 7 pixels aside. */
export function drawJitter(random: Random): Jitter {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform()
  return { scale: between(0.85, 1.1), right: between(-7, 7), down: between(-7, 7) }
}

/**
 * Lays straight-alpha RGBA (side, side, 4), scaled about its centre and moved, over a plain colour: planes RGB (3, side, side) in
 * [−1, 1] as `compose`. Colours are weighted by their alpha, or the black behind clear pixels would darken every edge.
 */
export function composeJittered(
  rgba: Uint8Array,
  side: typeof SIDE | typeof CELL,
  { scale, right, down }: Jitter,
  rgb: readonly [number, number, number],
  into: Float32Array,
): void {
  const centre = (side - 1) / 2
  const area = side * side
  const part = side / SIDE
  for (let y = 0; y < side; y++) {
    const v = (y - centre - down * part) / scale + centre
    for (let x = 0; x < side; x++) {
      const u = (x - centre - right * part) / scale + centre
      const left = Math.floor(u)
      const top = Math.floor(v)
      let [alpha, r, g, b] = [0, 0, 0, 0]
      for (let corner = 0; corner < 4; corner++) {
        const i = left + (corner & 1)
        const j = top + (corner >> 1)
        if (i < 0 || j < 0 || i >= side || j >= side) continue
        const at = 4 * (j * side + i)
        const share = (1 - Math.abs(u - i)) * (1 - Math.abs(v - j)) * ((rgba[at + 3] as number) / 255)
        alpha += share
        r += share * (rgba[at] as number)
        g += share * (rgba[at + 1] as number)
        b += share * (rgba[at + 2] as number)
      }
      const to = y * side + x
      into[to] = (r + rgb[0] * (1 - alpha)) / 127.5 - 1
      into[area + to] = (g + rgb[1] * (1 - alpha)) / 127.5 - 1
      into[2 * area + to] = (b + rgb[2] * (1 - alpha)) / 127.5 - 1
    }
  }
}
