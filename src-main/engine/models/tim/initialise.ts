import type { RandomStream } from '../../diffusion/noise/random-stream'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'

/** Zero at the start, so that every block is the identity and the first output 0. */
const ZERO = /(^|\.)adaLN_modulation\.fc2\.|^final_layer\.linear\./
const NARROW = /^y_embedder\.(mlp\..*|embedding_table\.)weight$|^t_embedder\.mlp\.[02]\.weight$/

/**
 * The released initialisation (initialize_weights): Xavier uniform for linear layers and the patch embedding, N(0, 0.02²) for the
 * embedders of caption, class and time, zeros for biases, modulation and output, ones for the scales of norms.
 */
export function initialiseTim(
  parameters: ReadonlyMap<string, readonly number[]>,
  random: RandomStream,
): Record<string, Tensor<'f32'>> {
  const weights: Record<string, Tensor<'f32'>> = {}
  for (const [key, shape] of parameters) weights[key] = f32(shape, startOf(key, shape, random))
  return weights
}

function startOf(key: string, shape: readonly number[], random: RandomStream): Float32Array {
  const count = sizeOf(shape)
  if (ZERO.test(key)) return new Float32Array(count)
  if (shape.length < 2) return new Float32Array(count).fill(/norm\.weight$/.test(key) ? 1 : 0)
  if (NARROW.test(key)) return random.normals(count).map((x) => 0.02 * x)
  const [out = 1, ...rest] = shape
  const bound = Math.sqrt(6 / (out + sizeOf(rest)))
  return Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1))
}
