import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { Builder } from '../../ir/builder'
import { f32, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { look } from '../../models/evaluator/build'
import type { EvaluatorConfig } from '../../models/evaluator/config'
import { concepts } from './concepts'
import { below, colourOf, drawBackground, drawPicture, PICTURE, type Shown } from './drawings'
import { fit, type Fit } from './fit'
import { composeJittered, drawJitter } from './jitter'
import { styles } from './palette'
import { drawing, PLACES, type Pictures } from './pictures'
import { SIDE } from './places'

export const evaluatorConfig: EvaluatorConfig = {
  model_type: 'evaluator',
  concepts: concepts.length,
  styles: styles.length,
  widths: [64, 128, 160],
  features: 256,
}

const BATCH = 32
/** Share of drawings near where the model draws them; the others stand at any other place, some mirrored. */
const NEAR_HOME = 0.8

/** Trains the evaluator on real renders alone. Returns the average weights. */
export async function trainEvaluator(
  pictures: Pictures,
  how: Pick<Fit, 'folder' | 'steps' | 'threads' | 'stop'>,
): Promise<Record<string, Tensor<'f32'>>> {
  return fit({
    ...how,
    name: 'evaluator',
    learningRate: 2e-3,
    emaDecay: 0.995,
    start: {},
    build: evaluatorLoss,
    batch: (random) => labelledBatch(pictures, BATCH, random),
  })
}

/** Pictures with one-hot labels; each picture's place, size, contrast and noise are changed a little. */
function labelledBatch(pictures: Pictures, count: number, random: RandomStream): Record<string, Tensor> {
  const picture = new Float32Array(count * PICTURE)
  const concept = new Float32Array(count * concepts.length)
  const style = new Float32Array(count * styles.length)
  for (let i = 0; i < count; i++) {
    const into = picture.subarray(i * PICTURE, (i + 1) * PICTURE)
    const shown = drawLabelled(pictures, random, into)
    disturb(into, random)
    concept[i * concepts.length + shown.concept] = 1
    style[i * styles.length + shown.style] = 1
  }
  return {
    picture: f32([count, 3, SIDE, SIDE], picture),
    'label.concept': f32([count, concepts.length], concept),
    'label.style': f32([count, styles.length], style),
  }
}

function drawLabelled(pictures: Pictures, random: RandomStream, into: Float32Array): Shown {
  if (random.uniform() >= NEAR_HOME) {
    const elsewhere = Array.from({ length: PLACES - 1 }, (_, i) => i + 1)
    return drawPicture(pictures, elsewhere, random, into)
  }
  const shown = {
    concept: below(random, concepts.length),
    style: below(random, styles.length),
    background: drawBackground(random),
  }
  const art = drawing(pictures, shown.concept, shown.style, 0)
  composeJittered(art, drawJitter(random), colourOf(shown.background), into)
  return shown
}

/** Contrast 0.8 … 1.1, brightness ± 0.1, noise of spread up to 0.15, in place. */
function disturb(picture: Float32Array, random: RandomStream): void {
  const gain = 0.8 + 0.3 * random.uniform()
  const lift = 0.2 * random.uniform() - 0.1
  const spread = 0.15 * random.uniform()
  const noise = random.normals(picture.length / 3)
  for (let i = 0; i < picture.length; i++)
    picture[i] = (picture[i] as number) * gain + lift + spread * (noise[i % noise.length] as number)
}

function evaluatorLoss(b: Builder): { loss: Value; conceptLoss: Value; hits: Value } {
  const { concept, style } = look(b, evaluatorConfig, b.input('picture', 'f32', ['b', 3, SIDE, SIDE]))
  const isConcept = b.input('label.concept', 'f32', concept.shape)
  const conceptLoss = crossEntropy(b, concept, isConcept)
  const styleLoss = crossEntropy(b, style, b.input('label.style', 'f32', style.shape))
  const best = b.reduceMax(b.stopGradient(concept), [1])
  const own = b.reduceSum(b.mul(b.stopGradient(concept), isConcept), [1])
  const hits = b.reduceMean(b.cast(b.not(b.less(own, best)), 'f32'), [0])
  return { loss: b.add(conceptLoss, styleLoss), conceptLoss, hits }
}

/** Mean of −Σ label · log softmax(scores). */
function crossEntropy(b: Builder, scores: Value, label: Value): Value {
  const shifted = b.sub(scores, b.stopGradient(b.reduceMax(scores, [1], true)))
  const logSum = b.log(b.reduceSum(b.exp(shifted), [1]))
  return b.reduceMean(b.sub(logSum, b.reduceSum(b.mul(shifted, label), [1])), [0])
}
