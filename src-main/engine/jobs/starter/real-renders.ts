import { join } from 'node:path'
import { f32, type Tensor } from '../../ir/tensor'
import { decode } from '../../models/patch-ae/build'
import { PatchAeConfig } from '../../models/patch-ae/config'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { concepts } from './concepts'
import { colourOf, PICTURE } from './drawings'
import type { Judge } from './draw'
import { Score, type Quality } from './evaluate'
import { LATENT_SHAPE, openEncoder } from './latents'
import { backgrounds, styles } from './palette'
import { drawing, openPictures, spareForTraining, type Pictures } from './pictures'
import { SIDE } from './places'
import { composeJittered, drawJitter } from './jitter'
import { SmallRandom } from './random'
import { compose } from './render'

/** What the evaluator and the autoencoder make of real art that they never saw. */
export interface RealRenders {
  /** The evaluator on every drawing, moved and scaled in ways that training did not draw. */
  readonly evaluator: Quality
  /** The evaluator on every drawing where the model draws it: what the model would reach if it drew perfectly. */
  readonly home: Quality
  /** The same, through encoder and decoder. */
  readonly autoencoded: Quality
  /** Mean PSNR in dB of drawings outside the world, never trained on, and of the world's own. */
  readonly psnrHeldOut: number
  readonly psnrWorld: number
}

/** Measures evaluator and autoencoder; needs what `starter:data` made. */
export async function judgeRealRenders(data: string, folder: string, judge: Judge, threads: number): Promise<RealRenders> {
  const pictures = openPictures(data)
  const random = new SmallRandom(9)
  const { config, weights } = openComponent(join(folder, 'decoder'), PatchAeConfig)
  const b = createBuilder()
  const graph = b.graph({ picture: decode(b, config, b.input('latent', 'f32', ['b', ...LATENT_SHAPE])) })
  const decoder = await openSession(graph, { weights: readAllF32(weights), threads })
  const encoder = await openEncoder(data, threads)
  const throughLatents = async (batch: Tensor<'f32'>): Promise<Tensor<'f32'>> =>
    (await decoder.run({ latent: await encoder.run(batch) }))['picture'] as Tensor<'f32'>
  const evaluator = new Score()
  const atHome = new Score()
  const autoencoded = new Score()
  const psnrs = { heldOut: [] as number[], world: [] as number[] }
  for (let concept = 0; concept < concepts.length; concept++) {
    const asked = styles.map((_, style) => ({ concept, style, background: random.below(backgrounds.length) }))
    await evaluator.add(
      judge,
      asked,
      composed(asked, (task, into) => {
        const art = drawing(pictures, concept, task.style, 0)
        composeJittered(art, drawJitter(random), colourOf(task.background), into)
      }),
    )
    const home = composed(asked, (task, into) =>
      compose(drawing(pictures, concept, task.style, 0), colourOf(task.background), into),
    )
    await atHome.add(judge, asked, home)
    const back = await throughLatents(home)
    await autoencoded.add(judge, asked, back)
    psnrs.world.push(psnr(home, back))
  }
  for (const batch of heldOutArt(pictures, random)) psnrs.heldOut.push(psnr(batch, await throughLatents(batch)))
  await decoder.release()
  await encoder.release()
  const mean = (values: readonly number[]): number => Number((values.reduce((sum, v) => sum + v, 0) / values.length).toFixed(2))
  return {
    evaluator: evaluator.quality(),
    home: atHome.quality(),
    autoencoded: autoencoded.quality(),
    psnrHeldOut: mean(psnrs.heldOut),
    psnrWorld: mean(psnrs.world),
  }
}

/** A batch of pictures, each laid by `lay`. */
function composed<T>(items: readonly T[], lay: (item: T, into: Float32Array) => void): Tensor<'f32'> {
  const batch = new Float32Array(items.length * PICTURE)
  items.forEach((item, i) => lay(item, batch.subarray(i * PICTURE, (i + 1) * PICTURE)))
  return f32([items.length, 3, SIDE, SIDE], batch)
}

function heldOutArt(pictures: Pictures, random: SmallRandom): readonly Tensor<'f32'>[] {
  const size = SIDE * SIDE * 4
  const first = spareForTraining(pictures)
  const count = (pictures.spare.shape[0] ?? 0) - first
  return Array.from({ length: count }, (_, i) => {
    const art = pictures.spare.data.subarray((first + i) * size, (first + i + 1) * size)
    return composed([random.below(backgrounds.length)], (background, into) => compose(art, colourOf(background), into))
  })
}

/** Mean over a batch of 10·log₁₀(4 / mse), for pixels in [−1, 1]. */
function psnr(a: Tensor<'f32'>, b: Tensor<'f32'>): number {
  const count = a.shape[0] ?? 1
  let sum = 0
  for (let i = 0; i < count; i++) {
    let square = 0
    for (let k = i * PICTURE; k < (i + 1) * PICTURE; k++) {
      square += ((a.data[k] ?? 0) - Math.max(-1, Math.min(1, b.data[k] ?? 0))) ** 2
    }
    sum += 10 * Math.log10((4 * PICTURE) / square)
  }
  return sum / count
}
