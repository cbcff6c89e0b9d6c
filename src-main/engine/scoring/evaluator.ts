import { join } from 'node:path'
import { sizeOf, type Tensor } from '../ir/tensor'
import { look } from '../models/evaluator/build'
import { EvaluatorConfig } from '../models/evaluator/config'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { openComponent } from '../weights/component'
import { readAllF32 } from '../weights/convert'

/** Side of the pictures that the evaluator looks at, in pixels. */
export const VIEW_SIDE = 128

/** What the evaluator says of one picture: scores before the softmax, and its penultimate layer. */
export interface Opinion {
  readonly concept: Float32Array
  /** Scores of the styles, if the picture shows that concept. */
  style(concept: number): Float32Array
  readonly features: Float32Array
}

/** A model folder's evaluator, opened. */
export interface Evaluator {
  /** How many concepts it knows: the first ones of the embedded model's world. */
  readonly concepts: number
  /** Shape: (B,3,VIEW_SIDE,VIEW_SIDE) in [−1,1] → one opinion a picture. */
  look(pictures: Tensor<'f32'>): Promise<readonly Opinion[]>
  release(): Promise<void>
}

/** Opens the evaluator of a model folder. Throws WeightsError, FileError. */
export async function openEvaluator(folder: string, threads?: number): Promise<Evaluator> {
  const { config, weights } = openComponent(join(folder, 'evaluator'), EvaluatorConfig)
  const b = createBuilder()
  const sight = look(b, config, b.input('picture', 'f32', ['b', 3, VIEW_SIDE, VIEW_SIDE]))
  const session = await openSession(b.graph({ ...sight }), {
    weights: readAllF32(weights),
    weightsAs: 'initializers',
    ...(threads !== undefined && { threads }),
  })
  return {
    concepts: config.concepts,
    async look(pictures) {
      const { concept, style, features } = await session.run({ picture: pictures })
      return Array.from({ length: pictures.shape[0] ?? 0 }, (_, k) => ({
        concept: rowOf(concept as Tensor<'f32'>, k),
        style: (of: number) => rowOf(style as Tensor<'f32'>, k).subarray(of * config.styles, (of + 1) * config.styles),
        features: rowOf(features as Tensor<'f32'>, k),
      }))
    },
    release: () => session.release(),
  }
}

/** Row `index` of the first axis, a view. */
export function rowOf(values: Tensor<'f32'>, index: number): Float32Array {
  const size = sizeOf(values.shape.slice(1))
  return values.data.subarray(index * size, (index + 1) * size)
}

/** How many scores exceed that of `right`: 0 means it ranks first. */
export function rankOf(scores: Float32Array, right: number): number {
  const own = scores[right] ?? -Infinity
  return scores.reduce((above, score) => above + (score > own ? 1 : 0), 0)
}
