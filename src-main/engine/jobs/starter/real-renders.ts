import { f32, type Tensor } from '../../ir/tensor'
import { openDecoder } from './draw'
import { judgeArt } from './evaluate'
import { layLook } from './evaluator-batch'
import type { Judge } from './judge'
import { openEncoder } from './latents'
import { layOut, PICTURE } from './lay-out'
import { openPictures, spareForTraining, type Pictures } from './pictures'
import { SIDE } from './places'
import { SmallRandom } from './random'
import { Score, type Quality } from './score'
import { taskSets, type Task } from './tasks'
import { laySpare } from './train-decoder'

const BATCH = 16

/** What the evaluator makes of real art: its own accuracy, and what the model would reach if it drew perfectly. */
export interface RealRenders {
  /** Every drawing moved and scaled in ways that training did not draw, filling the picture and filling a cell. */
  readonly moved: Quality
  readonly movedSmall: Quality
  /** The tasks of the evaluation, laid out from the art itself. */
  readonly asAsked: Readonly<Record<'things' | 'held-out pairs' | 'held-out counts' | 'held-out tints', Quality>>
  /** Things through encoder and decoder. */
  readonly autoencoded: Quality
  /** Mean PSNR in dB: art that was never trained on, one drawing a picture and four small ones; the world's things; its held-out pairs. */
  readonly psnr: Readonly<Record<'heldOutArt' | 'heldOutArtSmall' | 'things' | 'pairs', number>>
}

/** Measures evaluator and autoencoder of a model folder; needs what `starter:data` made. */
export async function judgeRealRenders(
  data: string,
  folder: string,
  judge: Judge,
  seed: number,
  threads: number,
): Promise<RealRenders> {
  const art = openPictures(data)
  const sets = taskSets(seed, judge.concepts)
  const encoder = await openEncoder(data, threads)
  const decoder = await openDecoder(folder, threads)
  const back = async (pictures: Tensor<'f32'>): Promise<Tensor<'f32'>> => decoder.run(await encoder.run(pictures))
  const asked = async (tasks: readonly Task[]): Promise<Quality> => (await judgeArt(judge, tasks, art)).quality
  const report: RealRenders = {
    moved: await judgeMoved(judge, art, sets.things, 'home'),
    movedSmall: await judgeMoved(judge, art, sets.things, 'small'),
    asAsked: {
      things: await asked(sets.things),
      'held-out pairs': await asked(sets['held-out pairs']),
      'held-out counts': await asked(sets['held-out counts']),
      'held-out tints': await asked(sets['held-out tints']),
    },
    autoencoded: (await judgeArt(judge, sets.things, art, back)).quality,
    psnr: {
      heldOutArt: await psnrOf(heldOutArt(art, 'whole'), back),
      heldOutArtSmall: await psnrOf(heldOutArt(art, 'four'), back),
      things: await psnrOf(laidOut(art, sets.things), back),
      pairs: await psnrOf(laidOut(art, sets['held-out pairs']), back),
    },
  }
  await decoder.release()
  await encoder.release()
  return report
}

async function judgeMoved(judge: Judge, art: Pictures, tasks: readonly Task[], size: 'home' | 'small'): Promise<Quality> {
  const random = new SmallRandom(9)
  const score = new Score()
  for (let at = 0; at < tasks.length; at += BATCH) {
    const scenes = tasks.slice(at, at + BATCH).map(({ scene }) => scene)
    const batch = new Float32Array(scenes.length * PICTURE)
    scenes.forEach((scene, i) => layLook(art, { scene, size }, random, batch.subarray(i * PICTURE, (i + 1) * PICTURE)))
    await score.add(judge, scenes, f32([scenes.length, 3, SIDE, SIDE], batch))
  }
  return score.quality()
}

function* laidOut(art: Pictures, tasks: readonly Task[]): Generator<Tensor<'f32'>> {
  for (const { scene } of tasks) {
    const picture = new Float32Array(PICTURE)
    layOut(art, scene, picture)
    yield f32([1, 3, SIDE, SIDE], picture)
  }
}

/** One picture for each drawing that was never trained on: it alone, or the next four of them small. */
function* heldOutArt(art: Pictures, arrangement: 'whole' | 'four'): Generator<Tensor<'f32'>> {
  const random = new SmallRandom(9)
  const first = spareForTraining(art)
  const count = (art.spare.home.shape[0] ?? 0) - first
  for (let i = 0; i < count; i++) {
    const picture = new Float32Array(PICTURE)
    let next = i
    laySpare(art, arrangement, () => first + (next++ % count), random, picture)
    yield f32([1, 3, SIDE, SIDE], picture)
  }
}

/** Mean of 10·log₁₀(4 / mse), for pixels in [−1, 1]. */
async function psnrOf(
  pictures: Iterable<Tensor<'f32'>>,
  back: (picture: Tensor<'f32'>) => Promise<Tensor<'f32'>>,
): Promise<number> {
  const values: number[] = []
  for (const picture of pictures) {
    const { data } = await back(picture)
    const square = picture.data.reduce((sum, x, k) => sum + (x - Math.max(-1, Math.min(1, data[k] ?? 0))) ** 2, 0)
    values.push(10 * Math.log10((4 * PICTURE) / square))
  }
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2))
}
