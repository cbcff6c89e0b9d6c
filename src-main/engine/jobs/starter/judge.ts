import { join } from 'node:path'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { look } from '../../models/evaluator/build'
import { EvaluatorConfig } from '../../models/evaluator/config'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { cropCell, enlarge } from './evaluator-batch'
import { PICTURE } from './lay-out'
import { arrangements, SIDE } from './places'
import type { Scene } from './scenes'

/** What the evaluator says of one look: scores before the softmax, and its penultimate layer. */
export interface Opinion {
  readonly concept: Float32Array
  /** Scores of the styles, if the look shows that concept. */
  style(concept: number): Float32Array
  readonly features: Float32Array
}

/** A model folder's evaluator, opened. */
export interface Judge {
  /** How many concepts it knows: the first ones. */
  readonly concepts: number
  /** One opinion for each thing that the scene has room for: of the whole picture, or of each of its cells by itself. */
  look(pictures: Tensor<'f32'>, scenes: readonly Scene[]): Promise<readonly (readonly Opinion[])[]>
  release(): Promise<void>
}

/** Opens the evaluator of a model folder. */
export async function openJudge(folder: string, threads: number): Promise<Judge> {
  const { config, weights } = openComponent(join(folder, 'evaluator'), EvaluatorConfig)
  const b = createBuilder()
  const sight = look(b, config, b.input('picture', 'f32', ['b', 3, SIDE, SIDE]))
  const session = await openSession(b.graph({ ...sight }), { weights: readAllF32(weights), weightsAs: 'initializers', threads })
  return {
    concepts: config.concepts,
    async look(pictures, scenes) {
      const views = scenes.flatMap((scene, i) => viewsOf(rowOf(pictures, i), scene).map((view) => ({ view, scene: i })))
      const batch = new Float32Array(views.length * PICTURE)
      views.forEach(({ view }, k) => batch.set(view, k * PICTURE))
      const { concept, style, features } = await session.run({ picture: f32([views.length, 3, SIDE, SIDE], batch) })
      const opinions = views.map((_, k) => ({
        concept: rowOf(concept as Tensor<'f32'>, k),
        style: (of: number) => rowOf(style as Tensor<'f32'>, k).subarray(of * config.styles, (of + 1) * config.styles),
        features: rowOf(features as Tensor<'f32'>, k),
      }))
      return scenes.map((_, i) => opinions.filter((__, k) => views[k]?.scene === i))
    },
    release: () => session.release(),
  }
}

/** Row `index` of the first axis, a view. */
export function rowOf(values: Tensor<'f32'>, index: number): Float32Array {
  const size = sizeOf(values.shape.slice(1))
  return values.data.subarray(index * size, (index + 1) * size)
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
