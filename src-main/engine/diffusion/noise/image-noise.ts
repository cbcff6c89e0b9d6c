import { SettingError } from '../errors'
import { counterNoise } from './counter-noise'
import { TorchNormal } from './torch-noise'

/** Names of the noise generators, as a recipe stores them. A change of numbers needs a new version. */
export const NOISE_KINDS = ['philox4x32-10/1', 'torch'] as const

/** How a seed becomes noise. */
export type NoiseKind = (typeof NOISE_KINDS)[number]

/** The noise of one picture. */
export interface ImageNoise {
  /** The starting noise z: `length` standard normals. */
  start(length: number): Float32Array
  /** The noise added in step `step` (from 0) of a stochastic path. */
  step(step: number, length: number): Float32Array
}

/**
 * Noise of picture `imageIndex` under `seed` (integers 0 … 2⁵³−1). Kind `torch` gives slice `imageIndex` of
 * torch.randn([imageIndex + 1, …]) on CPU after torch.manual_seed(seed), so seeds travel between tools; its steps, which other
 * tools draw for a whole batch at once, use the counter generator. Throws SettingError.
 */
export function imageNoise(kind: NoiseKind, seed: number, imageIndex: number): ImageNoise {
  for (const [setting, got] of Object.entries({ seed, imageIndex })) {
    if (!Number.isSafeInteger(got) || got < 0) throw new SettingError({ setting, got, need: 'an integer from 0 to 2^53 - 1' })
  }
  const counter = (draw: number, length: number): Float32Array => counterNoise({ seed, imageIndex, draw }, length)
  return {
    start: (length) => (kind === 'torch' ? torchSlice(seed, imageIndex, length) : counter(0, length)),
    step: (step, length) => counter(step + 1, length),
  }
}

/** Slice `index` of torch.randn([index + 1, length]) on CPU. */
function torchSlice(seed: number, index: number, length: number): Float32Array {
  return new TorchNormal(seed).randn((index + 1) * length).slice(index * length)
}
