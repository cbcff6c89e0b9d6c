import type { OpName, OpSpecs } from './op-specs'
import type { Value } from './value'

/** One application of an op. `path` is the scope it was built in ("blocks.3.attn"). */
export interface Node<K extends OpName = OpName> {
  readonly op: K
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly attrs: OpSpecs[K]['attrs']
  readonly path: string
}
