import type { Graph } from '../ir/graph'
import { fuseAttention } from './fuse-attention'
import { fuseGemm } from './fuse-gemm'
import { fuseModulation } from './fuse-modulation'

/** A forward graph in the kernels that are fastest on the CPU. Nothing here has derivatives: fuse after differentiating. */
export function fuse(graph: Graph): Graph {
  return fuseGemm(fuseModulation(fuseAttention(graph)))
}
