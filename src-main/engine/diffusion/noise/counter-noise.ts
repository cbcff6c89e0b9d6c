import { fillNormals } from './box-muller'
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
  fillNormals(out, block, (index) => philox(key, [index, draw, low, high], block))
  return out
}
