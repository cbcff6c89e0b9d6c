import { RandomStream } from '../../diffusion/noise/random-stream'
import { sample } from '../../diffusion/sampler'
import { makeTransport } from '../../diffusion/transports/table'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { isTextConditional, type TimConfig } from './config'
import { openTim } from './load'
import type { TimCondition } from './network-graph'
import { openTimNetwork } from './open-network'

/** Tokens of the caption that the measurement invents. */
const CAPTION = 32
/** In the middle of a path, where both noise and picture are seen. */
const T = 0.6
const R = 0.3
/** Of the whole picture that is drawn. */
const STEPS = 8

/** What a conversion costs: ‖a − a₃₂‖ / ‖a₃₂‖ of what the converted network gives against its f32 original. */
export interface PrecisionErrors {
  /** Of F of one pass. */
  readonly pass: number
  /** Of the latent of a picture of 8 steps. */
  readonly latent: number
  /** Of that picture, decoded; where a decoder was given. */
  readonly picture?: number
}

export interface PrecisionErrorOptions {
  readonly threads?: number
  /** Latents as the network gives them to pictures. */
  readonly decode?: (latent: Tensor<'f32'>) => Promise<Float32Array>
  /** What is drawn; where left out, random features (or the first class), the same for every network of a config. */
  readonly condition?: TimCondition
  /** Cells of a side of the latent; where left out, the network's native size, of large ones half of it: a quarter of the work. */
  readonly side?: number
  /** Stops between two blocks. */
  readonly signal?: AbortSignal
}

/**
 * The errors of a converted network against its original, from the same noise. Both folders are components (config.json,
 * model.safetensors). Throws WeightsError, FileError, the signal's reason.
 */
export async function measurePrecisionErrors(
  original: string,
  converted: string,
  options: PrecisionErrorOptions = {},
): Promise<PrecisionErrors> {
  const want = await draw(original, options)
  const got = await draw(converted, options)
  return {
    pass: relativeDistance(got.F, want.F),
    latent: relativeDistance(got.latent, want.latent),
    ...(got.picture && want.picture && { picture: relativeDistance(got.picture, want.picture) }),
  }
}

/** What a network gives that conversions are compared by. */
export interface Drawn {
  readonly F: Float32Array
  readonly latent: Float32Array
  readonly picture: Float32Array | undefined
}

/** One pass of a network, and a picture of 8 steps without guidance. Throws as `measurePrecisionErrors`. */
export async function draw(folder: string, { threads, decode, condition, side, signal }: PrecisionErrorOptions): Promise<Drawn> {
  const checkpoint = openTim(folder)
  const network = openTimNetwork(checkpoint, threads === undefined ? {} : { threads })
  try {
    network.stopAt(signal)
    const input = sampleInput(checkpoint.config, side ?? usualSide(checkpoint.config))
    const z = input.x
    const used = condition ?? input.condition
    const [F] = await network.predict(z, Float64Array.of(T), Float64Array.of(R), [used])
    let latent = z
    // Weights do not say which transport they were trained for; all released ones were for this.
    const path = { transport: makeTransport('OT_FM'), z, steps: STEPS, condition: used }
    for await (const step of sample(network, path)) latent = step.x
    if (!F) throw new TypeError('one condition gives one prediction')
    return { F: F.data, latent: latent.data, picture: await decode?.(latent) }
  } finally {
    await network.release()
  }
}

/** Tokens from which on half of a side is enough to measure with. */
const MANY = 200

function usualSide({ input_size, patch_size }: TimConfig): number {
  const half = Math.ceil(input_size / patch_size / 2) * patch_size
  return (input_size / patch_size) ** 2 > MANY ? half : input_size
}

/** The same input for every network of a config. */
function sampleInput(config: TimConfig, side: number): { readonly x: Tensor<'f32'>; readonly condition: TimCondition } {
  const random = new RandomStream(1)
  const normals = (shape: readonly number[]): Tensor<'f32'> => f32(shape, random.normals(sizeOf(shape)))
  const x = normals([1, config.in_channels, side, side])
  return { x, condition: isTextConditional(config) ? { y: normals([1, CAPTION, config.cap_feat_dim]) } : { classes: [0] } }
}

/** ‖a − b‖ / ‖b‖, in float64. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2
    size += (b[i] ?? NaN) ** 2
  }
  return Math.sqrt(difference / size)
}
