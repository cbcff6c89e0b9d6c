import type { Node } from '../ir/node'
import type { OpName } from '../ir/op-specs'
import { sizeOf } from '../ir/tensor'
import type { Value } from '../ir/value'

/** The node of an op that a value comes from. */
export function madeBy<K extends OpName>(value: Value | undefined, op: K): Node<K> | undefined {
  return value?.source.kind === 'node' && value.source.node.op === op ? (value.source.node as unknown as Node<K>) : undefined
}

/** The number that a constant of one element holds. */
export function scalarOf(value: Value | undefined): number | undefined {
  if (value?.source.kind !== 'constant' || value.dtype !== 'f32' || sizeOf(value.source.tensor.shape) !== 1) return undefined
  return Number(value.source.tensor.data[0])
}

/** True for a constant of ones. */
export function isOnes(value: Value | undefined): boolean {
  if (value?.source.kind !== 'constant' || value.dtype !== 'f32') return false
  return (value.source.tensor.data as Float32Array).every((x) => x === 1)
}

/** True for one row of `width` numbers whatever its rank: the same for every token and picture. */
export function isRow(value: Value, width: Value['shape'][number] | undefined): boolean {
  return value.shape.at(-1) === width && value.shape.slice(0, -1).every((dim) => dim === 1)
}
