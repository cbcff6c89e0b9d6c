import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RandomStream } from '../../diffusion/noise/random-stream'
import type { Builder } from '../../ir/builder'
import { f32, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { look } from '../../models/evaluator/build'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { concepts } from './concepts'
import { drawLook } from './evaluator-batch'
import { evaluatorConfig } from './evaluator-config'
import { fit, initialWeight, type Fit } from './fit'
import { PICTURE } from './lay-out'
import { styles } from './palette'
import type { Pictures } from './pictures'
import { SIDE } from './places'

const BATCH = 32

/** Trains the evaluator on real renders alone, from that of the model in `base` where there is one. Returns the average weights. */
export async function trainEvaluator(
  pictures: Pictures,
  base: string,
  how: Pick<Fit, 'folder' | 'steps' | 'threads' | 'stop'>,
): Promise<Record<string, Tensor<'f32'>>> {
  return fit({
    ...how,
    name: 'evaluator',
    learningRate: 1.5e-3,
    emaDecay: 0.995,
    start: startFrom(join(base, 'evaluator', 'model.safetensors')),
    build: evaluatorLoss,
    batch: (random) => labelledBatch(pictures, BATCH, random),
  })
}

/** The weights of an evaluator of fewer concepts, whose ids stay: it scores the new ones at random at first. */
function startFrom(path: string): Record<string, Tensor<'f32'>> {
  if (!existsSync(path)) return {}
  const known = readAllF32(openSafetensors(path))
  const { features, concepts: count } = evaluatorConfig
  const weight = initialWeight('concept.weight', [features, count], new RandomStream(12))
  const bias = new Float32Array(count)
  const [rows = 0, before = 0] = known['concept.weight']?.shape ?? []
  for (let row = 0; row < rows; row++)
    weight.set(known['concept.weight']?.data.subarray(row * before, (row + 1) * before) ?? [], row * count)
  bias.set(known['concept.bias']?.data ?? [])
  const drawings = count * evaluatorConfig.styles
  return {
    'style_by_concept.weight': f32([features, drawings], new Float32Array(features * drawings)),
    ...known,
    'concept.weight': f32([features, count], weight),
    'concept.bias': f32([count], bias),
  }
}

/** Pictures with one-hot labels; each picture's place, size, contrast and noise are changed a little. */
function labelledBatch(pictures: Pictures, count: number, random: RandomStream): Record<string, Tensor> {
  const picture = new Float32Array(count * PICTURE)
  const concept = new Float32Array(count * concepts.length)
  const style = new Float32Array(count * styles.length)
  for (let i = 0; i < count; i++) {
    const into = picture.subarray(i * PICTURE, (i + 1) * PICTURE)
    const { scene } = drawLook(pictures, random, into)
    disturb(into, random)
    concept[i * concepts.length + scene.things[0].concept] = 1
    style[i * styles.length + scene.style] = 1
  }
  return {
    picture: f32([count, 3, SIDE, SIDE], picture),
    'label.concept': f32([count, concepts.length], concept),
    'label.style': f32([count, styles.length], style),
  }
}

/** Contrast 0.9 … 1.05, brightness ± 0.05, noise of spread up to 0.08, in place: more would hide what sets styles apart. */
function disturb(picture: Float32Array, random: RandomStream): void {
  const gain = 0.9 + 0.15 * random.uniform()
  const lift = 0.1 * random.uniform() - 0.05
  const spread = 0.08 * random.uniform()
  const noise = random.normals(picture.length / 3)
  for (let i = 0; i < picture.length; i++)
    picture[i] = (picture[i] as number) * gain + lift + spread * (noise[i % noise.length] as number)
}

function evaluatorLoss(b: Builder): { loss: Value; conceptLoss: Value; hits: Value; styleHits: Value } {
  const sight = look(b, evaluatorConfig, b.input('picture', 'f32', ['b', 3, SIDE, SIDE]))
  const { concept } = sight
  const isConcept = b.input('label.concept', 'f32', concept.shape)
  // The style is asked for of the concept that is there.
  const style = b.reduceSum(b.mul(sight.style, b.reshape(isConcept, ['b', concepts.length, 1])), [1])
  const isStyle = b.input('label.style', 'f32', style.shape)
  const conceptLoss = crossEntropy(b, concept, isConcept)
  return {
    loss: b.add(conceptLoss, crossEntropy(b, style, isStyle)),
    conceptLoss,
    hits: hits(b, concept, isConcept),
    styleHits: hits(b, style, isStyle),
  }
}

/** Share of rows whose own score is the highest. */
function hits(b: Builder, scores: Value, label: Value): Value {
  const best = b.reduceMax(b.stopGradient(scores), [1])
  const own = b.reduceSum(b.mul(b.stopGradient(scores), label), [1])
  return b.reduceMean(b.cast(b.not(b.less(own, best)), 'f32'), [0])
}

/** Mean of −Σ label · log softmax(scores). */
function crossEntropy(b: Builder, scores: Value, label: Value): Value {
  const shifted = b.sub(scores, b.stopGradient(b.reduceMax(scores, [1], true)))
  const logSum = b.log(b.reduceSum(b.exp(shifted), [1]))
  return b.reduceMean(b.sub(logSum, b.reduceSum(b.mul(shifted, label), [1])), [0])
}
