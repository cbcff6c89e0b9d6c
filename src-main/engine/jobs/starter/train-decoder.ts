import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { Random } from '../../diffusion/random'
import type { Builder } from '../../ir/builder'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { decode } from '../../models/patch-ae/build'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { fit, type Fit } from './fit'
import type { GeneratedLatents } from './generated-latents'
import { autoencoderConfig, LATENT_SHAPE, openEncoder } from './latents'
import { colourOf, compose, composeCell, fill, layOut, PICTURE } from './lay-out'
import { drawingAt, spareForTraining, type Pictures } from './pictures'
import { arrangements, SIDE } from './places'
import { below, drawBackground, drawScene } from './scenes'

const BATCH = 16
/** Latents get noise of up to this spread: a decoder that has seen it draws cleanly what a generator only nearly hits. */
const NOISE = 0.35
/** How much more a jump across a border of tokens counts than one inside. */
const BORDER = 6
/** Share of art from outside the model's world, half of it four small drawings a picture. */
const SPARE = 0.25

type How = Pick<Fit, 'folder' | 'steps' | 'threads' | 'stop'>

/**
 * Trains the decoder on art with noise on its latents; the encoder stays the linear one. It goes on from that of the model in `base`
 * where there is one. Returns the average weights.
 */
export async function trainDecoder(
  data: string,
  base: string,
  pictures: Pictures,
  how: How,
): Promise<Record<string, Tensor<'f32'>>> {
  const linear = readAllF32(openSafetensors(join(data, 'linear-decoder.safetensors')))
  const known = join(base, 'decoder', 'model.safetensors')
  const encoder = await openEncoder(data, how.threads)
  const last = autoencoderConfig.widths[2]
  const outputs = 3 * (autoencoderConfig.factor / 4) ** 2
  const trained = await fit({
    ...how,
    name: 'decoder',
    learningRate: 1.5e-3,
    emaDecay: 0.998,
    // A new decoder's correction is nothing at first.
    start: existsSync(known)
      ? readAllF32(openSafetensors(known))
      : { ...linear, 'out.weight': f32([outputs, last, 3, 3], new Float32Array(outputs * last * 9)) },
    build: decoderLoss,
    batch: async (random) => {
      const picture = f32([BATCH, 3, SIDE, SIDE], pictureBatch(pictures, BATCH, random))
      return { picture, latent: withNoise(await encoder.run(picture), random) }
    },
  })
  await encoder.release()
  return trained
}

/**
 * Goes on from `start` with half of each batch the network's own latents, each with the picture that its caption names: the decoder
 * learns to mend what the network tends to get wrong.
 */
export async function finishDecoder(
  data: string,
  pictures: Pictures,
  start: Readonly<Record<string, Tensor<'f32'>>>,
  generated: GeneratedLatents,
  how: How,
): Promise<Record<string, Tensor<'f32'>>> {
  const encoder = await openEncoder(data, how.threads)
  const trained = await fit({
    ...how,
    name: 'decoder-final',
    learningRate: 6e-4,
    emaDecay: 0.995,
    start,
    build: decoderLoss,
    batch: async (random) => {
      const real = pictureBatch(pictures, BATCH / 2, random)
      const latents = withNoise(await encoder.run(f32([BATCH / 2, 3, SIDE, SIDE], real)), random)
      const drawn = generatedBatch(pictures, generated, BATCH / 2, random)
      return {
        picture: f32([BATCH, 3, SIDE, SIDE], joined(real, drawn.picture)),
        latent: f32([BATCH, ...LATENT_SHAPE], joined(latents.data, drawn.latent)),
      }
    },
  })
  await encoder.release()
  return trained
}

function generatedBatch(
  pictures: Pictures,
  { latents, scenes }: GeneratedLatents,
  count: number,
  random: RandomStream,
): { picture: Float32Array; latent: Float32Array } {
  const size = sizeOf(LATENT_SHAPE)
  const picture = new Float32Array(count * PICTURE)
  const latent = new Float32Array(count * size)
  for (let i = 0; i < count; i++) {
    const at = below(random, latents.shape[0] ?? 1)
    const scene = scenes[at]
    if (scene) layOut(pictures, scene, picture.subarray(i * PICTURE, (i + 1) * PICTURE))
    latent.set(latents.data.subarray(at * size, (at + 1) * size), i * size)
  }
  return { picture, latent }
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/**
 * Differences of pixels and of neighbouring pixels, both nearly absolute: sharp edges, and no jumps where there are none. Jumps across
 * borders of tokens, where the linear part leaves seams, count BORDER times.
 */
function decoderLoss(b: Builder): { loss: Value; mse: Value } {
  const picture = b.input('picture', 'f32', ['b', 3, SIDE, SIDE])
  const error = b.sub(decode(b, autoencoderConfig, b.input('latent', 'f32', ['b', ...LATENT_SHAPE])), picture)
  const all = [0, 1, 2, 3]
  const size = (x: Value): Value => b.sqrt(b.shift(b.mul(x, x), 1e-3))
  const jumps = [2, 3].map((axis) => {
    const jump = size(b.sub(b.slice(error, axis, 1, SIDE), b.slice(error, axis, 0, SIDE - 1)))
    const weights = b.constant(f32(axis === 2 ? [1, 1, SIDE - 1, 1] : [1, 1, 1, SIDE - 1], borderWeights()))
    return b.reduceMean(b.mul(jump, weights), all)
  })
  return {
    loss: jumps.reduce((sum, jump) => b.add(sum, jump), b.reduceMean(size(error), all)),
    mse: b.reduceMean(b.mul(error, error), all),
  }
}

/** Weights of the jumps between pixels i and i + 1. */
function borderWeights(): Float32Array {
  return Float32Array.from({ length: SIDE - 1 }, (_, i) => ((i + 1) % autoencoderConfig.factor === 0 ? BORDER : 1))
}

function pictureBatch(pictures: Pictures, count: number, random: RandomStream): Float32Array {
  const batch = new Float32Array(count * PICTURE)
  for (let i = 0; i < count; i++) {
    const into = batch.subarray(i * PICTURE, (i + 1) * PICTURE)
    const kind = random.uniform()
    if (kind < SPARE) {
      const choose = (): number => below(random, spareForTraining(pictures))
      laySpare(pictures, kind < SPARE / 2 ? 'whole' : 'four', choose, random, into)
    } else layOut(pictures, drawScene(random), into)
  }
  return batch
}

/** Lays spare art out, one drawing or four small ones; `choose` says which. */
export function laySpare(
  pictures: Pictures,
  arrangement: 'whole' | 'four',
  choose: () => number,
  random: Random,
  into: Float32Array,
): void {
  const colour = colourOf(drawBackground(random))
  if (arrangement === 'whole') return compose(drawingAt(pictures.spare, choose(), 'home'), colour, into)
  fill(colour, into)
  for (const { left, top } of arrangements.four.cells)
    composeCell(drawingAt(pictures.spare, choose(), 'small'), colour, left, top, into)
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
