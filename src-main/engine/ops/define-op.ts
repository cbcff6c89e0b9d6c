import type { OpDef } from '../ir/op'
import type { OpName } from '../ir/op-specs'

/** Fixes the type of an op's definition, so that its rules are checked against its arity and attributes. */
export function defineOp<K extends OpName>(def: OpDef<K>): OpDef<K> {
  return def
}
