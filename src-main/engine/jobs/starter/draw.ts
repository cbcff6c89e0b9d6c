import { join } from 'node:path'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { sample } from '../../diffusion/sampler'
import { makeTransport } from '../../diffusion/transports/table'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { textFeatures } from '../../models/bert/features'
import { decode } from '../../models/patch-ae/build'
import { PatchAeConfig } from '../../models/patch-ae/config'
import { openTim, readTimWeights } from '../../models/tim/load'
import { TimNetwork } from '../../models/tim/network'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { openModelFolder } from '../../weights/manifest'
import { PICTURE } from './lay-out'
import { LATENT_SHAPE } from './latents'
import { SIDE } from './places'
import { NULL_PROMPT } from './texts'

/** How a prompt is drawn. */
export interface DrawSettings {
  readonly steps: number
  readonly guidance: number
  /** Picture i starts from the noise of (seed, i). */
  readonly seed: number
}

/** A model folder that draws batches of prompts. */
export interface Artist {
  /** Pictures (B,3,SIDE,SIDE) of the prompts; `first` is the number of the first among all of its seed. */
  draw(prompts: readonly string[], first: number, settings: DrawSettings): Promise<Tensor<'f32'>>
  release(): Promise<void>
}

/** Decoder of a model folder, opened: latents (B,…) → pictures (B,3,SIDE,SIDE). */
export async function openDecoder(
  folder: string,
  threads: number,
): Promise<{ run(latent: Tensor<'f32'>): Promise<Tensor<'f32'>>; release(): Promise<void> }> {
  const { config, weights } = openComponent(join(folder, 'decoder'), PatchAeConfig)
  const b = createBuilder()
  const session = await openSession(b.graph({ picture: decode(b, config, b.input('latent', 'f32', ['b', ...LATENT_SHAPE])) }), {
    weights: readAllF32(weights),
    weightsAs: 'initializers',
    threads,
  })
  return {
    run: async (latent) => (await session.run({ latent }))['picture'] as Tensor<'f32'>,
    release: () => session.release(),
  }
}

/** Opens what a model folder needs to draw. */
export async function openArtist(folder: string, threads: number): Promise<Artist> {
  const checkpoint = openTim(join(folder, 'transformer'))
  const network = new TimNetwork(checkpoint.config, { weights: readTimWeights(checkpoint), threads })
  const text = await openTextEncoder(join(folder, 'text'), { threads })
  const decoder = await openDecoder(folder, threads)
  const { minTokens = 1, maxTokens = 64 } = openModelFolder(folder).manifest.text ?? {}
  const rule = { minTokens, maxTokens }
  const features = async (prompts: readonly string[]): Promise<Tensor<'f32'>[]> =>
    (await text.states(prompts)).map((states) => textFeatures(states, rule))
  const [nothing] = await features([NULL_PROMPT])
  const transport = makeTransport('OT_FM')
  return {
    async draw(prompts, first, { steps, guidance, seed }) {
      const size = sizeOf(LATENT_SHAPE)
      const drawn = new Float32Array(prompts.length * PICTURE)
      for (const [y, indices] of byLength(await features(prompts))) {
        const z = new Float32Array(indices.length * size)
        indices.forEach((index, k) => z.set(imageNoise('philox4x32-10/1', seed, first + index).start(size), k * size))
        let latent = f32([indices.length, ...LATENT_SHAPE], z)
        const cfg = { scale: guidance, low: 0, high: 1 }
        const condition = { y }
        const nullCondition = { y: repeated(nothing ?? y, indices.length) }
        for await (const step of sample(network, { transport, z: latent, steps, condition, nullCondition, cfg })) latent = step.x
        const pictures = await decoder.run(latent)
        indices.forEach((index, k) => drawn.set(pictures.data.subarray(k * PICTURE, (k + 1) * PICTURE), index * PICTURE))
      }
      return f32([prompts.length, 3, SIDE, SIDE], drawn)
    },
    release: async () => {
      await network.release()
      await decoder.release()
      await text.release()
    },
  }
}

/** (1,M,D) → (count,M,D). */
export function repeated({ shape: [, rows = 0, width = 0], data }: Tensor<'f32'>, count: number): Tensor<'f32'> {
  const y = new Float32Array(count * rows * width)
  for (let i = 0; i < count; i++) y.set(data.subarray(0, rows * width), i * rows * width)
  return f32([count, rows, width], y)
}

/** Features (1,M,D) of like length as batches (B,M,D), with the place of each in the list: lengths are never mixed. */
function byLength(features: readonly Tensor<'f32'>[]): readonly (readonly [Tensor<'f32'>, readonly number[]])[] {
  const groups = new Map<number, number[]>()
  features.forEach(({ shape: [, rows = 0] }, i) => groups.set(rows, [...(groups.get(rows) ?? []), i]))
  return [...groups].map(([rows, indices]) => {
    const width = features[0]?.shape[2] ?? 0
    const y = new Float32Array(indices.length * rows * width)
    indices.forEach((index, k) => y.set(features[index]?.data ?? [], k * rows * width))
    return [f32([indices.length, rows, width], y), indices] as const
  })
}
