import { resolve } from 'node:path'
import { nameOf, type Graph } from '../ir/graph'
import { showShape, type Shape } from '../ir/shape'
import type { Tensor } from '../ir/tensor'
import { readF32 } from './convert'
import { missingKey, type TensorRef, type WeightSource } from './tensor-ref'
import { WeightsError } from './weights-error'

/**
 * The weights that a graph asks for: those that it wants as they are stored stay in their file, the others are widened in memory.
 * Throws WeightsError naming a key that is missing or of another shape.
 */
export function bindWeights(graph: Graph, source: WeightSource): Record<string, Tensor | TensorRef> {
  const bound: Record<string, Tensor | TensorRef> = {}
  for (const param of graph.params) {
    const key = nameOf(param)
    const ref = source.tensors.get(key)
    if (!ref) throw missingKey(source.path, key)
    if (!sameButForOnes(ref.shape, param.shape)) {
      const what = `has '${key}' of shape (${ref.shape.join(',')}); this network needs ${showShape(param.shape)}`
      throw new WeightsError('weights.config', source.path, what, 'Check that weights and config.json belong together.')
    }
    const shape = param.shape.map(Number)
    bound[key] = ref.dtype === param.dtype ? { ...ref, shape, file: resolve(ref.file) } : { ...readF32(source, key), shape }
  }
  return bound
}

/** Whether shapes are the same, but for axes of 1 at the end: a 1×1 convolution is a matrix. */
function sameButForOnes(stored: readonly number[], asked: Shape): boolean {
  const longer = Math.max(stored.length, asked.length)
  return Array.from({ length: longer }, (_, i) => (stored[i] ?? 1) === (asked[i] ?? 1)).every(Boolean)
}
