import type { FusedOp } from '#shared/schema/device'
import type { Graph } from '../ir/graph'
import { fuseAttention } from './fuse-attention'
import { lowerLayerNormalization } from './lower-layer-normalization'

/**
 * The graph as a provider can run it: what its kernels lack is written in primitives, what it is known to fuse rightly is fused (a graph
 * that is still to be differentiated names none). The CPU runs every graph as it is.
 */
export function forProvider(graph: Graph, provider: string | undefined, fused: readonly FusedOp[] = []): Graph {
  const lowered = provider === 'webgpu' ? lowerLayerNormalization(graph) : graph
  return fused.includes('MultiHeadAttention') ? fuseAttention(lowered) : lowered
}
