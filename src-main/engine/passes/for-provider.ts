import type { Graph } from '../ir/graph'
import { lowerLayerNormalization } from './lower-layer-normalization'

/** The graph as a provider can run it: what its kernels lack is written in primitives. The CPU runs every graph as it is. */
export function forProvider(graph: Graph, provider: string | undefined): Graph {
  return provider === 'webgpu' ? lowerLayerNormalization(graph) : graph
}
