import { sizeOf, type Tensor } from '../../ir/tensor'
import { caption, drawWording } from './captions'
import { concepts } from './concepts'
import type { Artist, DrawSettings, Judge } from './draw'
import { autoencoderConfig } from './latents'
import { addJumps, backgroundOf, rankOf, seamRatio, type Jumps } from './measures'
import { backgrounds, styles } from './palette'
import { SmallRandom } from './random'

const BATCH = 16

/** One picture to be asked for. */
export interface Task {
  readonly prompt: string
  readonly concept: number
  readonly style: number
  readonly background: number
}

/** Quality of a set of pictures: shares of 0 … 1. */
export interface Quality {
  readonly pictures: number
  readonly top1: number
  readonly top5: number
  readonly style: number
  readonly background: number
  readonly seamRatio: number
}

/** Every concept in every style once, on a background drawn from `seed` (white two times in five), worded as in training. */
export function trainedTasks(seed: number): readonly Task[] {
  return tasks(seed, (name, style, background, random) =>
    caption({ name, style, ...(background === 0 && random.uniform() < 0.5 ? {} : { background }) }, drawWording(random)),
  )
}

/** The same pictures in wordings that no training caption has. */
export function heldOutTasks(seed: number): readonly Task[] {
  return tasks(seed, (name, style, background, random) => {
    const look = styles[style]?.name === 'flat' ? 'simple flat' : 'glossy three-dimensional'
    const colour = backgrounds[background]?.name ?? ''
    return random.pick([
      `please draw the ${name} with a ${colour} backdrop, ${look} look`,
      `${look} emoji showing one ${name}, ${colour} behind it`,
      `illustration: ${name} (${look}), everything around it is ${colour}`,
    ])
  })
}

function tasks(
  seed: number,
  word: (name: string, style: number, background: number, random: SmallRandom) => string,
): readonly Task[] {
  const random = new SmallRandom(seed)
  return concepts.flatMap(({ names }, concept) =>
    styles.map((_, style) => {
      const background = random.uniform() < 0.4 ? 0 : 1 + random.below(backgrounds.length - 1)
      return { prompt: word(random.pick(names), style, background, random), concept, style, background }
    }),
  )
}

/** Draws the tasks and judges the pictures. `seen` gets every batch, for contact sheets. */
export async function evaluate(
  artist: Artist,
  judge: Judge,
  asked: readonly Task[],
  settings: DrawSettings,
  seen: (pictures: Tensor<'f32'>) => void = () => undefined,
): Promise<Quality> {
  const score = new Score()
  for (let at = 0; at < asked.length; at += BATCH) {
    const part = asked.slice(at, at + BATCH)
    const pictures = await artist.draw(
      part.map(({ prompt }) => prompt),
      at,
      settings,
    )
    await score.add(judge, part, pictures)
    seen(pictures)
  }
  return score.quality()
}

/** Judges pictures as they come. */
export class Score {
  private count = 0
  private readonly sums = { top1: 0, top5: 0, style: 0, background: 0 }
  private readonly jumps: Jumps = { across: 0, acrossCount: 0, inside: 0, insideCount: 0 }

  async add(judge: Judge, asked: readonly Omit<Task, 'prompt'>[], pictures: Tensor<'f32'>): Promise<void> {
    const { concept, style } = await judge.look(pictures)
    asked.forEach((task, i) => {
      const rank = rankOf(rowOf(concept, i), task.concept)
      const pixels = rowOf(pictures, i)
      this.count++
      this.sums.top1 += Number(rank < 1)
      this.sums.top5 += Number(rank < 5)
      this.sums.style += Number(rankOf(rowOf(style, i), task.style) === 0)
      this.sums.background += Number(backgroundOf(pixels) === task.background)
      addJumps(pixels, autoencoderConfig.factor, this.jumps)
    })
  }

  quality(): Quality {
    const share = (sum: number): number => Number((sum / this.count).toFixed(4))
    return {
      pictures: this.count,
      top1: share(this.sums.top1),
      top5: share(this.sums.top5),
      style: share(this.sums.style),
      background: share(this.sums.background),
      seamRatio: Number(seamRatio(this.jumps).toFixed(3)),
    }
  }
}

/** Row `index` of the first axis, a view. */
function rowOf(values: Tensor<'f32'>, index: number): Float32Array {
  const size = sizeOf(values.shape.slice(1))
  return values.data.subarray(index * size, (index + 1) * size)
}
