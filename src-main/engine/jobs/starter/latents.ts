import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { f32, type Tensor } from '../../ir/tensor'
import { encode } from '../../models/patch-ae/build'
import type { PatchAeConfig } from '../../models/patch-ae/config'
import { spaceToDepth } from '../../models/patch-ae/grid'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { layOut, PICTURE } from './lay-out'
import type { Pictures } from './pictures'
import { SIDE } from './places'
import { principalPatches, type Moments } from './principal-patches'
import { SmallRandom } from './random'
import { drawScene } from './scenes'

export const autoencoderConfig: PatchAeConfig = {
  model_type: 'patch-ae',
  channels: 48,
  factor: 16,
  widths: [160, 80, 40],
  blocks: [2, 1, 1],
}
const GRID = SIDE / autoencoderConfig.factor
export const LATENT_SHAPE = [autoencoderConfig.channels, GRID, GRID] as const
const BATCH = 32
/** Pictures whose patches a new encoder is fitted to. */
const FITTED = 12_000

/** The linear encoder, opened. */
export interface Encoder {
  /** Pictures (B,3,16h,16w) in [−1,1] → latents (B,channels,h,w). */
  run(picture: Tensor<'f32'>): Promise<Tensor<'f32'>>
  release(): Promise<void>
}

/**
 * Puts the encoder into `folder`/encoder.safetensors, with its linear inverse: the one of the model in `base`, so that what was learnt
 * on its latents stays true, or one fitted to the art where there is none.
 */
export async function makeEncoder(
  folder: string,
  base: string,
  pictures: Pictures,
  threads: number,
  log: (line: string) => void,
): Promise<void> {
  const path = join(folder, 'encoder.safetensors')
  if (existsSync(path)) return log('encoder: already there')
  const started = Date.now()
  const known = join(base, 'encoder', 'model.safetensors')
  if (existsSync(known)) {
    const { 'patch.weight': weight, 'patch.bias': bias } = readAllF32(openSafetensors(join(base, 'decoder', 'model.safetensors')))
    if (weight && bias)
      await writeSafetensors(join(folder, 'linear-decoder.safetensors'), { 'patch.weight': weight, 'patch.bias': bias })
    await writeSafetensors(path, readAllF32(openSafetensors(known)))
    return log(`encoder: that of ${base}`)
  }
  const { encoder, decoder } = principalPatches(await patchMoments(pictures, threads), autoencoderConfig.channels)
  await writeSafetensors(join(folder, 'linear-decoder.safetensors'), decoder)
  await writeSafetensors(path, encoder)
  log(`encoder: ${autoencoderConfig.channels} channels in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** First and second moments of 16 × 16 patches of training's scenes. */
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
  const batch = new Float32Array(BATCH * PICTURE)
  for (let done = 0; done < FITTED; done += BATCH) {
    for (let i = 0; i < BATCH; i++) layOut(pictures, drawScene(random), batch.subarray(i * PICTURE, (i + 1) * PICTURE))
    const { sum, products } = await session.run({ picture: f32([BATCH, 3, SIDE, SIDE], batch) })
    add(moments.sum, sum?.data as Float32Array)
    add(moments.products, products?.data as Float32Array)
    moments.count += BATCH * GRID * GRID
  }
  await session.release()
  return moments
}

function add(into: Float64Array, from: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number)
}

/** Opens the encoder that `makeEncoder` made. */
export async function openEncoder(folder: string, threads: number): Promise<Encoder> {
  const b = createBuilder()
  const factor = autoencoderConfig.factor
  const graph = b.graph({
    latent: encode(b, autoencoderConfig, b.input('picture', 'f32', ['b', 3, `${factor}*h`, `${factor}*w`])),
  })
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
