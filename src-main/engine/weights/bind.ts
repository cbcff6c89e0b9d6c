import { resolve } from 'node:path'
import { nameOf, type Graph } from '../ir/graph'
import { showShape } from '../ir/shape'
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
    if (ref.shape.length !== param.shape.length || !ref.shape.every((size, i) => size === param.shape[i])) {
      const what = `has '${key}' of shape (${ref.shape.join(',')}); this network needs ${showShape(param.shape)}`
      throw new WeightsError('weights.config', source.path, what, 'Check that weights and config.json belong together.')
    }
    bound[key] = ref.dtype === param.dtype ? { ...ref, file: resolve(ref.file) } : readF32(source, key)
  }
  return bound
}
