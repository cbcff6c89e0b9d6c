import { join } from 'node:path'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { Builder } from '../../ir/builder'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { decode } from '../../models/patch-ae/build'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { below, colourOf, drawBackground, drawPicture, PICTURE } from './drawings'
import { fit, type Fit } from './fit'
import { autoencoderConfig, LATENT_SHAPE, openEncoder } from './latents'
import { PLACES, spareForTraining, type Pictures } from './pictures'
import { SIDE } from './places'
import { compose } from './render'

const BATCH = 16
/** Latents get noise of up to this spread: a decoder that has seen it draws cleanly what a generator only nearly hits. */
const NOISE = 0.35
/** Shares of drawings where the model draws them, and of art from outside its world; the rest stands anywhere. */
const AT_HOME = 0.6
const SPARE = 0.15

/** Trains the decoder on art with noise on its latents; the encoder stays the linear one. Returns the average weights. */
export async function trainDecoder(
  data: string,
  pictures: Pictures,
  how: Pick<Fit, 'folder' | 'steps' | 'threads' | 'stop'>,
): Promise<Record<string, Tensor<'f32'>>> {
  const linear = readAllF32(openSafetensors(join(data, 'linear-decoder.safetensors')))
  const encoder = await openEncoder(data, how.threads)
  const last = autoencoderConfig.widths[2]
  const outputs = 3 * (autoencoderConfig.factor / 4) ** 2
  const trained = await fit({
    ...how,
    name: 'decoder',
    learningRate: 1.5e-3,
    emaDecay: 0.998,
    // At first the correction is nothing.
    start: { ...linear, 'out.weight': f32([outputs, last, 3, 3], new Float32Array(outputs * last * 9)) },
    build: decoderLoss,
    batch: async (random) => {
      const picture = f32([BATCH, 3, SIDE, SIDE], pictureBatch(pictures, random))
      return { picture, latent: withNoise(await encoder.run(picture), random) }
    },
  })
  await encoder.release()
  return trained
}

/** Differences of pixels and of neighbouring pixels, both nearly absolute: sharp edges, and no jumps where there are none. */
function decoderLoss(b: Builder): { loss: Value; mse: Value } {
  const picture = b.input('picture', 'f32', ['b', 3, SIDE, SIDE])
  const error = b.sub(decode(b, autoencoderConfig, b.input('latent', 'f32', ['b', ...LATENT_SHAPE])), picture)
  const steps = [2, 3].map((axis) => b.sub(b.slice(error, axis, 1, SIDE), b.slice(error, axis, 0, SIDE - 1)))
  const size = (x: Value): Value => b.reduceMean(b.sqrt(b.shift(b.mul(x, x), 1e-3)), [0, 1, 2, 3])
  return {
    loss: steps.reduce((sum, step) => b.add(sum, size(step)), size(error)),
    mse: b.reduceMean(b.mul(error, error), [0, 1, 2, 3]),
  }
}

function pictureBatch(pictures: Pictures, random: RandomStream): Float32Array {
  const batch = new Float32Array(BATCH * PICTURE)
  const anywhere = Array.from({ length: PLACES }, (_, place) => place)
  const rgba = SIDE * SIDE * 4
  for (let i = 0; i < BATCH; i++) {
    const into = batch.subarray(i * PICTURE, (i + 1) * PICTURE)
    const kind = random.uniform()
    if (kind < SPARE) {
      const at = below(random, spareForTraining(pictures)) * rgba
      compose(pictures.spare.data.subarray(at, at + rgba), colourOf(drawBackground(random)), into)
    } else drawPicture(pictures, kind < SPARE + AT_HOME ? [0] : anywhere, random, into)
  }
  return batch
}

/** Each sample gets noise of its own spread, 0 … NOISE. */
function withNoise(latent: Tensor<'f32'>, random: RandomStream): Tensor<'f32'> {
  const size = sizeOf(LATENT_SHAPE)
  const noise = random.normals(latent.data.length)
  const noisy = latent.data.slice()
  for (let i = 0; i < noisy.length; i += size) {
    const spread = NOISE * random.uniform()
    for (let k = i; k < i + size; k++) noisy[k] = (noisy[k] as number) + spread * (noise[k] as number)
  }
  return f32(latent.shape, noisy)
}
