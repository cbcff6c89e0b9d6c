import { RandomStream } from '../../diffusion/noise/random-stream'
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

/**
 * ‖F − F₃₂‖ / ‖F₃₂‖ of one pass of a converted network against its f32 original, at the network's native size, on noise and (where it
 * has captions) random features. Both folders are components (config.json, model.safetensors). Throws WeightsError, FileError.
 */
export async function measurePrecisionError(
  original: string,
  converted: string,
  { threads }: { readonly threads?: number } = {},
): Promise<number> {
  const want = await onePass(original, threads)
  const got = await onePass(converted, threads)
  return relativeDistance(got, want)
}

async function onePass(folder: string, threads: number | undefined): Promise<Float32Array> {
  const checkpoint = openTim(folder)
  const network = openTimNetwork(checkpoint, threads === undefined ? {} : { threads })
  try {
    const { x, condition } = sampleInput(checkpoint.config)
    const [F] = await network.predict(x, Float64Array.of(T), Float64Array.of(R), [condition])
    if (!F) throw new TypeError('one condition gives one prediction')
    return F.data
  } finally {
    await network.release()
  }
}

/** The same input for every network of a config. */
function sampleInput(config: TimConfig): { readonly x: Tensor<'f32'>; readonly condition: TimCondition } {
  const random = new RandomStream(1)
  const normals = (shape: readonly number[]): Tensor<'f32'> => f32(shape, random.normals(sizeOf(shape)))
  const side = config.input_size
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
