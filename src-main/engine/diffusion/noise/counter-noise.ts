import { boxMuller } from './box-muller'
import { philox, words } from './philox'

/** Where a picture's noise comes from. `draw` 0 is the starting noise, k the noise of the k-th step. All are integers ≥ 0. */
export interface NoiseSource {
  readonly seed: number
  readonly imageIndex: number
  readonly draw: number
}

/**
 * Noise `philox4x32-10/1`: standard normals that depend on (seed, image index, draw, position) alone, so one picture is the same
 * in any batch, on any device. Block j of four words: key = seed, counter = (j, draw, image index low, high); its words give
 * normals 4j … 4j+3 by two Box–Muller pairs in float64. Rounded to float32.
 */
export function counterNoise({ seed, imageIndex, draw }: NoiseSource, length: number): Float32Array {
  const out = new Float32Array(length)
  const key = words(seed)
  const [low, high] = words(imageIndex)
  const block = new Uint32Array(4)
  for (let i = 0; i < length; i += 4) {
    philox(key, [i / 4, draw, low, high], block)
    const [a, b] = boxMuller(block[0] ?? 0, block[1] ?? 0)
    const [c, d] = boxMuller(block[2] ?? 0, block[3] ?? 0)
    out[i] = a
    if (i + 1 < length) out[i + 1] = b
    if (i + 2 < length) out[i + 2] = c
    if (i + 3 < length) out[i + 3] = d
  }
  return out
}
