import type { DType } from './dtype'
import { showShape, type Shape } from './shape'
import type { Tensor } from './tensor'
import type { Node } from './node'

/** What shape inference knows of a value. */
export interface ValueType {
  readonly dtype: DType
  readonly shape: Shape
}

/** f32(b,n,256) */
export function showType({ dtype, shape }: ValueType): string {
  return `${dtype}${showShape(shape)}`
}

/** Where a value comes from. `zero` is a symbolic zero: it folds away or is materialised where an op needs it. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'param'; readonly key: string }
  | { readonly kind: 'constant'; readonly tensor: Tensor }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number }
  | { readonly kind: 'zero' }

/** An edge of a graph: one tensor of known dtype and (symbolic) shape. */
export interface Value extends ValueType {
  readonly id: number
  readonly source: Source
}

/** True for a symbolic zero. */
export function isZero(value: Value): boolean {
  return value.source.kind === 'zero'
}
