import { EngineError } from '../ir/errors'
import { tensor, type Tensor } from '../ir/tensor'

/**
 * Text features at a common length. The released pipeline pads prompts on the right before encoding and keeps the padding's features,
 * all of which are one and the same vector (attention left zeros there). So real tokens alone are encoded, and copies of that vector fill.
 */

/** Features of one prompt. Shape: (L,D). */
export type Features = Tensor<'f32'>

/** Copies of `padding` (D) below `features` up to `length` rows. Shape: (L,D) → (length,D). Throws where they are longer or wider. */
export function fillFeatures(features: Features, padding: Tensor<'f32'>, length: number): Features {
  const [rows = 0, width = 0] = features.shape
  if (features.shape.length !== 2 || padding.data.length !== width || rows > length) {
    const what = `Text features (${features.shape.join(',')}) cannot be filled to ${length} rows with a vector of ${padding.data.length}.`
    throw new EngineError('text.features', what, 'Fill to at least their own length, with the vector of the same encoder.')
  }
  const out = new Float32Array(length * width)
  out.set(features.data)
  for (let row = rows; row < length; row++) out.set(padding.data, row * width)
  return tensor('f32', [length, width], out)
}

/** Training: a batch filled to its longest prompt. Shape: B × (L_i,D) → (B,max L,D). */
export function batchFeatures(all: readonly Features[], padding: Tensor<'f32'>): Tensor<'f32'> {
  const length = Math.max(0, ...all.map(({ shape }) => shape[0] ?? 0))
  const width = padding.data.length
  const out = new Float32Array(all.length * length * width)
  all.forEach((each, i) => out.set(fillFeatures(each, padding, length).data, i * length * width))
  return tensor('f32', [all.length, length, width], out)
}

/**
 * Sampling: a prompt and what guidance leads away from, at the longer of both lengths, whatever else is in the batch. Without a negative
 * prompt the latter is the null prompt (BOS alone), which the copies bring to the prompt's own length.
 */
export function guidancePair(
  prompt: Features,
  against: Features,
  padding: Tensor<'f32'>,
): { prompt: Features; against: Features } {
  const length = Math.max(prompt.shape[0] ?? 0, against.shape[0] ?? 0)
  return { prompt: fillFeatures(prompt, padding, length), against: fillFeatures(against, padding, length) }
}
