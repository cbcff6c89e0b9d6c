import type { Builder } from '../../ir/builder'
import type { Value } from '../../ir/value'
import { convolve, pixelNorm, residualBlock, silu, spaceToDepth } from '../patch-ae/grid'
import type { EvaluatorConfig } from './config'

/** What the evaluator sees in a picture. */
export interface Sight {
  /** Penultimate layer, (B,features). */
  readonly features: Value
  /** Scores before the softmax, (B,concepts). */
  readonly concept: Value
  /** Scores before the softmax, (B,concepts,styles): of each style, if the picture shows that concept. */
  readonly style: Value
}

/** Classifies pictures. Shape: (B,3,128,128) in [−1,1] → scores. It looks at half the size, where concepts still show. */
export function look(b: Builder, config: EvaluatorConfig, picture: Value): Sight {
  const [coarse, middle, fine] = config.widths
  const small = b.reduceMean(b.reshape(picture, ['b', 3, 64, 2, 64, 2]), [3, 5])
  let x = convolve(b, 'in', spaceToDepth(b, small, 4), coarse, 1)
  x = residualBlock(b, 'blocks.0', x)
  x = convolve(b, 'down.1', spaceToDepth(b, x, 2), middle, 1)
  x = residualBlock(b, 'blocks.1', residualBlock(b, 'blocks.2', x))
  x = convolve(b, 'down.2', spaceToDepth(b, x, 2), fine, 1)
  x = residualBlock(b, 'blocks.3', x)
  // The grid of 4 × 4 stays apart until a dense layer mixes it: where things are tells what they are.
  const flat = b.reshape(pixelNorm(b, x), ['b', fine * 16])
  const features = silu(b, dense(b, 'features', flat, fine * 16, config.features))
  return {
    features,
    concept: dense(b, 'concept', features, config.features, config.concepts),
    style: styles(b, config, features),
  }
}

/** (B,features) → (B,concepts,styles). */
function styles(b: Builder, config: EvaluatorConfig, features: Value): Value {
  const { concepts, styles: count } = config
  const whatever = b.reshape(dense(b, 'style', features, config.features, count), ['b', 1, count])
  if (!config.style_by_concept) return b.expand(whatever, ['b', concepts, count])
  const own = dense(b, 'style_by_concept', features, config.features, concepts * count)
  return b.add(b.reshape(own, ['b', concepts, count]), whatever)
}

function dense(b: Builder, key: string, x: Value, from: number, to: number): Value {
  return b.add(b.matMul(x, b.param(`${key}.weight`, 'f32', [from, to])), b.param(`${key}.bias`, 'f32', [to]))
}
