import type { Random } from '../../diffusion/random'
import { SIDE } from './places'

/** A small change of size and place. */
export interface Jitter {
  /** Size over size at home. */
  readonly scale: number
  /** Pixels to the right and down. */
  readonly right: number
  readonly down: number
}

/** 0.85 … 1.1 times the size, up to 7 pixels aside. */
export function drawJitter(random: Random): Jitter {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform()
  return { scale: between(0.85, 1.1), right: between(-7, 7), down: between(-7, 7) }
}

/**
 * Lays straight-alpha RGBA (SIDE, SIDE, 4), scaled about its centre and moved, over a plain colour: planes RGB in [−1, 1] as
 * `compose`. Colours are weighted by their alpha, or the black behind clear pixels would darken every edge.
 */
export function composeJittered(
  rgba: Uint8Array,
  { scale, right, down }: Jitter,
  rgb: readonly [number, number, number],
  into: Float32Array,
): void {
  const centre = (SIDE - 1) / 2
  const area = SIDE * SIDE
  for (let y = 0; y < SIDE; y++) {
    const v = (y - centre - down) / scale + centre
    for (let x = 0; x < SIDE; x++) {
      const u = (x - centre - right) / scale + centre
      const left = Math.floor(u)
      const top = Math.floor(v)
      let [alpha, r, g, b] = [0, 0, 0, 0]
      for (let corner = 0; corner < 4; corner++) {
        const i = left + (corner & 1)
        const j = top + (corner >> 1)
        if (i < 0 || j < 0 || i >= SIDE || j >= SIDE) continue
        const at = 4 * (j * SIDE + i)
        const share = (1 - Math.abs(u - i)) * (1 - Math.abs(v - j)) * ((rgba[at + 3] as number) / 255)
        alpha += share
        r += share * (rgba[at] as number)
        g += share * (rgba[at + 1] as number)
        b += share * (rgba[at + 2] as number)
      }
      const to = y * SIDE + x
      into[to] = (r + rgb[0] * (1 - alpha)) / 127.5 - 1
      into[area + to] = (g + rgb[1] * (1 - alpha)) / 127.5 - 1
      into[2 * area + to] = (b + rgb[2] * (1 - alpha)) / 127.5 - 1
    }
  }
}
