import { f32, type Tensor } from '../../ir/tensor'
import type { Artist, DrawSettings } from './draw'
import type { Features } from '../../scoring/frechet'
import type { Judge } from './judge'
import { layOut, PICTURE } from './lay-out'
import type { Pictures } from './pictures'
import { SIDE } from './places'
import { Score, type Quality } from './score'
import type { Task } from './tasks'

const BATCH = 16

/** What became of a set of tasks. */
export interface Outcome {
  readonly quality: Quality
  readonly features: Features
}

/** Draws the tasks and judges the pictures. `seen` gets every batch, for contact sheets. */
export async function evaluate(
  artist: Artist,
  judge: Judge,
  tasks: readonly Task[],
  settings: DrawSettings,
  seen: (pictures: Tensor<'f32'>) => void = () => undefined,
): Promise<Outcome> {
  return judgeAll(judge, tasks, async (part, at) => {
    const pictures = await artist.draw(
      part.map(({ prompt }) => prompt),
      at,
      settings,
    )
    seen(pictures)
    return pictures
  })
}

/** Judges the art itself, laid out as the tasks ask for it; `change` may pass it through an autoencoder. */
export async function judgeArt(
  judge: Judge,
  tasks: readonly Task[],
  art: Pictures,
  change: (pictures: Tensor<'f32'>) => Promise<Tensor<'f32'>> = (pictures) => Promise.resolve(pictures),
): Promise<Outcome> {
  return judgeAll(judge, tasks, (part) => {
    const batch = new Float32Array(part.length * PICTURE)
    part.forEach(({ scene }, i) => layOut(art, scene, batch.subarray(i * PICTURE, (i + 1) * PICTURE)))
    return change(f32([part.length, 3, SIDE, SIDE], batch))
  })
}

async function judgeAll(
  judge: Judge,
  tasks: readonly Task[],
  pictures: (part: readonly Task[], at: number) => Promise<Tensor<'f32'>>,
): Promise<Outcome> {
  const score = new Score()
  for (let at = 0; at < tasks.length; at += BATCH) {
    const part = tasks.slice(at, at + BATCH)
    await score.add(
      judge,
      part.map(({ scene }) => scene),
      await pictures(part, at),
    )
  }
  return { quality: score.quality(), features: { rows: score.rows, width: score.width } }
}
