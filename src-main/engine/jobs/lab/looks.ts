import { z } from 'zod'
import type { Picture } from '../../images/picture'
import { f32 } from '../../ir/tensor'
import { cornerColour } from '../../scoring/corner-colour'
import { rankOf, VIEW_SIDE, type Evaluator, type Opinion } from '../../scoring/evaluator'
import { squareView } from '../../scoring/square-view'
import type { LatentSet, SetPrompt } from './latent-set'

/** What of a prompt a picture shows, by the evaluator and, for the background, by rule. */
export const Look = z.object({
  /** The thing ranks first, or among five, of all that the evaluator knows. */
  thing: z.boolean(),
  five: z.boolean(),
  style: z.boolean(),
  background: z.boolean(),
})
export type Look = z.infer<typeof Look>

/** The prompt score of a picture: the share of thing, style and background that it shows. */
export function scoreOf({ thing, style, background }: Look): number {
  return (Number(thing) + Number(style) + Number(background)) / 3
}

/** A picture as it was looked at. */
export interface Seen {
  readonly view: Float32Array
  readonly opinion: Opinion
}

/** Pictures that are looked at together: more take more memory, and no less time. */
const TOGETHER = 16

/** Looks at pictures of any size. */
export async function lookAt(evaluator: Evaluator, pictures: readonly Picture[]): Promise<Seen[]> {
  const seen: Seen[] = []
  for (let at = 0; at < pictures.length; at += TOGETHER) {
    const views = pictures.slice(at, at + TOGETHER).map((picture) => squareView(picture))
    const size = 3 * VIEW_SIDE * VIEW_SIDE
    const batch = new Float32Array(views.length * size)
    views.forEach((view, i) => batch.set(view, i * size))
    const opinions = await evaluator.look(f32([views.length, 3, VIEW_SIDE, VIEW_SIDE], batch))
    opinions.forEach((opinion, i) => seen.push({ view: views[i] ?? new Float32Array(0), opinion }))
  }
  return seen
}

/** Holds a picture against its prompt. */
export function judge({ view, opinion }: Seen, set: LatentSet, prompt: SetPrompt): Look {
  const concept = set.things[prompt.thing]?.concept ?? 0
  const rank = rankOf(opinion.concept, concept)
  return {
    thing: rank === 0,
    five: rank < 5,
    style: rankOf(opinion.style(concept), prompt.style) === 0,
    background: nearest(set, cornerColour(view, VIEW_SIDE)) === prompt.background,
  }
}

/** 1 − cosine of two rows of features. */
export function featureDistance(a: Float32Array, b: Float32Array): number {
  let [dot, first, second] = [0, 0, 0]
  a.forEach((x, i) => {
    const y = b[i] ?? 0
    dot += x * y
    first += x * x
    second += y * y
  })
  return 1 - dot / Math.sqrt(Math.max(first * second, 1e-30))
}

function nearest({ backgrounds }: LatentSet, [r, g, b]: readonly [number, number, number]): number {
  const apart = backgrounds.map(({ rgb }) => (rgb[0] - r) ** 2 + (rgb[1] - g) ** 2 + (rgb[2] - b) ** 2)
  return apart.indexOf(Math.min(...apart))
}
