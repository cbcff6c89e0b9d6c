import { f32, type Tensor } from '../../ir/tensor'

/** How token states become what the image network reads. */
export interface FeatureRule {
  /** Shorter features are filled with rows of zeros up to this length. */
  readonly minTokens: number
  /** Longer features are cut to this length. */
  readonly maxTokens: number
}

/**
 * Text features of one prompt: row 0 is the mean of all states ([CLS] and [SEP] included), as in sentence-transformers; then the
 * states between [CLS] and [SEP]. Shape: states (L,D) → (1, clamp(L−1, minTokens, maxTokens), D).
 */
export function textFeatures(states: Tensor<'f32'>, rule: FeatureRule): Tensor<'f32'> {
  const [length = 0, width = 0] = states.shape
  const rows = Math.min(Math.max(length - 1, rule.minTokens), rule.maxTokens)
  const features = new Float32Array(rows * width)
  for (let d = 0; d < width; d++) {
    let sum = 0
    for (let token = 0; token < length; token++) sum += states.data[token * width + d] ?? 0
    features[d] = sum / length
  }
  const words = Math.max(0, Math.min(length - 2, rows - 1))
  features.set(states.data.subarray(width, (1 + words) * width), width)
  return f32([1, rows, width], features)
}
