import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Builder } from '../../ir/builder'
import { f32, type Tensor } from '../../ir/tensor'
import { encode } from '../../models/patch-ae/build'
import type { PatchAeConfig } from '../../models/patch-ae/config'
import { spaceToDepth } from '../../models/patch-ae/grid'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { concepts } from './concepts'
import { backgrounds, styles } from './palette'
import { drawing, spareForTraining, type Pictures } from './pictures'
import { SIDE } from './places'
import { principalPatches, type Moments } from './principal-patches'
import { SmallRandom } from './random'
import { compose } from './render'

export const autoencoderConfig: PatchAeConfig = {
  model_type: 'patch-ae',
  channels: 48,
  factor: 16,
  widths: [160, 80, 40],
  blocks: [2, 1, 1],
}
const PICTURE = 3 * SIDE * SIDE
const GRID = SIDE / autoencoderConfig.factor
export const LATENT_SHAPE = [autoencoderConfig.channels, GRID, GRID] as const
const BATCH = 64

/** Fits the linear encoder and its inverse to the art: `folder`/encoder.safetensors and linear-decoder.safetensors. */
export async function makeEncoder(
  folder: string,
  pictures: Pictures,
  threads: number,
  log: (line: string) => void,
): Promise<void> {
  const path = join(folder, 'encoder.safetensors')
  if (existsSync(path)) return log('encoder: already there')
  const started = Date.now()
  const { encoder, decoder } = principalPatches(await patchMoments(pictures, threads), autoencoderConfig.channels)
  await writeSafetensors(join(folder, 'linear-decoder.safetensors'), decoder)
  await writeSafetensors(path, encoder)
  log(`encoder: ${autoencoderConfig.channels} channels in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** First and second moments of 16 × 16 patches: all places of the world's art and the spare art, each on a random background. */
async function patchMoments(pictures: Pictures, threads: number): Promise<Moments> {
  const width = 3 * autoencoderConfig.factor ** 2
  const b = createBuilder()
  const patches = spaceToDepth(b, b.input('picture', 'f32', ['b', 3, SIDE, SIDE]), autoencoderConfig.factor)
  const columns = b.reshape(b.transpose(patches, [1, 0, 2, 3]), [width, `${GRID * GRID}*b`])
  const session = await openSession(
    b.graph({ sum: b.reduceSum(columns, [1]), products: b.matMul(columns, b.transpose(columns, [1, 0])) }),
    { threads },
  )
  const moments: Moments = { count: 0, sum: new Float64Array(width), products: new Float64Array(width * width) }
  const random = new SmallRandom(5)
  const size = SIDE * SIDE * 4
  const everything = [pictures.art.data, pictures.spare.data.subarray(0, spareForTraining(pictures) * size)].flatMap((data) =>
    Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size)),
  )
  for (let at = 0; at < everything.length; at += BATCH) {
    const part = everything.slice(at, at + BATCH)
    const batch = new Float32Array(part.length * PICTURE)
    part.forEach((rgba, i) => {
      const { rgb } = random.uniform() < 0.5 ? white : random.pick(backgrounds)
      compose(rgba, rgb, batch.subarray(i * PICTURE, (i + 1) * PICTURE))
    })
    const { sum, products } = await session.run({ picture: f32([part.length, 3, SIDE, SIDE], batch) })
    add(moments.sum, sum?.data as Float32Array)
    add(moments.products, products?.data as Float32Array)
    moments.count += part.length * GRID * GRID
  }
  await session.release()
  return moments
}

const [white = { rgb: [255, 255, 255] as const }] = backgrounds

function add(into: Float64Array, from: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number)
}

/** Adds the encoder to a graph as a session that turns pictures into latents. */
export async function openEncoder(
  folder: string,
  threads: number,
): Promise<{ run(picture: Tensor<'f32'>): Promise<Tensor<'f32'>>; release(): Promise<void> }> {
  const b: Builder = createBuilder()
  const graph = b.graph({ latent: encode(b, autoencoderConfig, b.input('picture', 'f32', ['b', 3, SIDE, SIDE])) })
  const session = await openSession(graph, {
    weights: readAllF32(openSafetensors(join(folder, 'encoder.safetensors'))),
    weightsAs: 'initializers',
    threads,
  })
  return {
    run: async (picture) => (await session.run({ picture }))['latent'] as Tensor<'f32'>,
    release: () => session.release(),
  }
}

/** Encodes every picture at its home place on every background: (concepts, styles, backgrounds, channels, h, w). */
export async function makeLatents(
  folder: string,
  pictures: Pictures,
  threads: number,
  log: (line: string) => void,
): Promise<void> {
  const path = join(folder, 'latents.safetensors')
  const encoderFile = openSafetensors(join(folder, 'encoder.safetensors')).read('patch.weight').data as Float32Array
  const recipe = createHash('sha256')
    .update(JSON.stringify([concepts, styles, backgrounds]))
    .update(new Uint8Array(encoderFile.buffer, encoderFile.byteOffset, encoderFile.byteLength))
    .digest('hex')
  if (existsSync(path) && openSafetensors(path).metadata['recipe'] === recipe) return log('latents: already there')
  const started = Date.now()
  const encoder = await openEncoder(folder, threads)
  const size = LATENT_SHAPE.reduce((a, n) => a * n, 1)
  const all = new Float32Array(concepts.length * styles.length * backgrounds.length * size)
  const batch = new Float32Array(backgrounds.length * PICTURE)
  for (let concept = 0; concept < concepts.length; concept++) {
    for (let style = 0; style < styles.length; style++) {
      const art = drawing(pictures, concept, style, 0)
      backgrounds.forEach(({ rgb }, i) => compose(art, rgb, batch.subarray(i * PICTURE, (i + 1) * PICTURE)))
      const latents = await encoder.run(f32([backgrounds.length, 3, SIDE, SIDE], batch))
      all.set(latents.data, (concept * styles.length + style) * backgrounds.length * size)
    }
  }
  await encoder.release()
  await writeSafetensors(
    path,
    { latents: f32([concepts.length, styles.length, backgrounds.length, ...LATENT_SHAPE], all) },
    { metadata: { recipe } },
  )
  log(`latents: ${all.length / size} in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** Opens what `makeLatents` made. */
export function openLatents(folder: string): Tensor<'f32'> {
  return openSafetensors(join(folder, 'latents.safetensors')).read('latents') as Tensor<'f32'>
}
