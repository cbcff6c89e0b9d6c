import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toTensor } from '../../src-main/engine/images/picture'
import { readPicture, resizePicture } from '../../src-main/engine/images/read-picture'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { VIEW_SIDE, type Evaluator } from '../../src-main/engine/scoring/evaluator'

/** What the evaluator's penultimate layer sees in pictures (B,3,VIEW_SIDE,VIEW_SIDE): one row a picture, of length 1. */
export async function directions(judge: Evaluator, pictures: Tensor<'f32'>): Promise<Float32Array[]> {
  return (await judge.look(pictures)).map(({ features }) => {
    const length = Math.hypot(...features)
    return features.map((value) => value / length)
  })
}

/** The pictures of a folder in the order of their names, as the evaluator sees them. */
export async function picturesOf(folder: string): Promise<Tensor<'f32'>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.png'))
  const pictures = names.sort().map(async (name) => resizePicture(await readPicture(join(folder, name)), VIEW_SIDE, VIEW_SIDE))
  return toTensor(await Promise.all(pictures))
}

/** Whether the nearest of all known pictures is one of `wanted`, none of `others`. */
export function isNearest(of: Float32Array, wanted: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  const nearness = (known: readonly Float32Array[]): number =>
    Math.max(...known.map((each) => each.reduce((sum, value, i) => sum + value * (of[i] ?? 0), 0)))
  return nearness(wanted) > nearness(others)
}
