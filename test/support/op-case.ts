import type { Dim } from '../../src-main/engine/ir/dim'
import type { DType } from '../../src-main/engine/ir/dtype'
import type { OpName, OpSpecs } from '../../src-main/engine/ir/op-specs'
import type { Shape } from '../../src-main/engine/ir/shape'
import type { Array64 } from './reference'

/** Bounds between which operands are drawn evenly; integers for integer dtypes. */
type Range = readonly [low: number, high: number]

interface Case {
  /** Of each operand. Each symbol is tried at two sizes on one session. */
  readonly shapes: readonly Shape[]
  /** Of every operand, or one for each. f32 where left out. */
  readonly dtypes?: DType | readonly DType[]
  readonly range: Range | readonly Range[]
  /** ‖error‖/‖reference‖ allowed; two numbers where derivatives lose more than the value does. */
  readonly tolerance: number | { readonly value: number; readonly derivative: number }
  readonly why: string
}

/** One use of an op that must hold: data, not test code. Ops without attributes state none. */
export type OpCase<K extends OpName> = Case &
  (keyof OpSpecs[K]['attrs'] extends never ? { readonly attrs?: OpSpecs[K]['attrs'] } : { readonly attrs: OpSpecs[K]['attrs'] })

/** The op in plain float64, by its definition. `size` gives a symbolic dimension's number. */
export type Reference<K extends OpName> = (
  inputs: readonly Array64[],
  attrs: OpSpecs[K]['attrs'],
  size: (dim: Dim) => number,
) => readonly Array64[]

/** What an op's `.cases.ts` exports. */
export interface OpSuite<K extends OpName> {
  readonly reference: Reference<K>
  readonly cases: readonly OpCase<K>[]
  /** True for an op whose derivative is declared zero whatever its value does. */
  readonly derivativeIsZero?: boolean
  /** Floating operands that have no derivative by the op's definition. */
  readonly still?: readonly number[]
}
