import { f32, type Tensor } from '../../ir/tensor'
import type { TextEncoder } from '../../models/bert/encoder'
import { textFeatures, type FeatureRule } from '../../models/bert/features'

/** What the model is told its prompts look like; shipped in model.json. Nearly all captions of training fit the shorter length. */
export const featureRule: FeatureRule = { minTokens: 24, maxTokens: 64 }
/** The prompt that stands for "no prompt". */
export const NULL_PROMPT = ''
export const TEXT_WIDTH = 384

/** Features of captions at the length of training: (n, minTokens, TEXT_WIDTH); what is longer is cut. */
export async function captionFeatures(encoder: TextEncoder, captions: readonly string[]): Promise<Tensor<'f32'>> {
  const rows = featureRule.minTokens
  const rule = { minTokens: rows, maxTokens: rows }
  const y = new Float32Array(captions.length * rows * TEXT_WIDTH)
  const states = await encoder.states(captions)
  states.forEach((state, i) => y.set(textFeatures(state, rule).data, i * rows * TEXT_WIDTH))
  return f32([captions.length, rows, TEXT_WIDTH], y)
}
