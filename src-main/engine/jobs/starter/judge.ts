import { f32, type Tensor } from '../../ir/tensor'
import { openEvaluator, rowOf, type Opinion } from '../../scoring/evaluator'
import { cropCell, enlarge } from './evaluator-batch'
import { PICTURE } from './lay-out'
import { arrangements, SIDE } from './places'
import type { Scene } from './scenes'

/** A model folder's evaluator, asked about scenes. */
export interface Judge {
  /** How many concepts it knows: the first ones. */
  readonly concepts: number
  /** One opinion for each thing that the scene has room for: of the whole picture, or of each of its cells by itself. */
  look(pictures: Tensor<'f32'>, scenes: readonly Scene[]): Promise<readonly (readonly Opinion[])[]>
  release(): Promise<void>
}

/** Opens the evaluator of a model folder. */
export async function openJudge(folder: string, threads: number): Promise<Judge> {
  const evaluator = await openEvaluator(folder, threads)
  return {
    concepts: evaluator.concepts,
    async look(pictures, scenes) {
      const views = scenes.flatMap((scene, i) => viewsOf(rowOf(pictures, i), scene).map((view) => ({ view, scene: i })))
      const batch = new Float32Array(views.length * PICTURE)
      views.forEach(({ view }, k) => batch.set(view, k * PICTURE))
      const opinions = await evaluator.look(f32([views.length, 3, SIDE, SIDE], batch))
      return scenes.map((_, i) => opinions.filter((__, k) => views[k]?.scene === i))
    },
    release: () => evaluator.release(),
  }
}

function viewsOf(picture: Float32Array, { arrangement }: Scene): readonly Float32Array[] {
  const { cells } = arrangements[arrangement]
  if (cells.length === 0) return [picture]
  return cells.map(({ left, top }) => {
    const view = new Float32Array(PICTURE)
    enlarge(cropCell(picture, left, top), view)
    return view
  })
}
