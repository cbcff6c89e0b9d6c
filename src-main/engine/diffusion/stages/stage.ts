import type { Builder } from '../../ir/builder'
import type { Tensor } from '../../ir/tensor'
import type { Value, ValueType } from '../../ir/value'
import type { NetworkGraph } from '../network'
import type { NetworkPoint } from '../passes'

/** The symbol of the batch in the types of what a stage reads. */
export const ROWS = 'b'

/**
 * A piece of a network: reads named values, writes named values, and stands between others like it. A network as a chain of stages
 * needs one graph for all blocks of the same shape, and keeps no more of a pass than each stage's inputs.
 */
export interface Stage {
  /** Stages of equal shape build equal graphs, so they share sessions. */
  readonly shape: string
  /** What it reads, with types; values with `ROWS` as their first axis have one row a sample, others serve all samples. */
  readonly reads: Readonly<Record<string, ValueType>>
  /** Adds the stage to `b`, and gives what it writes. Parameters have keys of their own, see `keyOf`. */
  build(b: Builder, read: Readonly<Record<string, Value>>): Readonly<Record<string, Value>>
  /** The weight behind a parameter of the stage's graph. */
  keyOf(param: string): string
  /** Inputs of the graph beside `reads`, for all samples in order: dropout masks. */
  extras(points: readonly StagePoint[]): Record<string, Tensor>
}

/** What extras may depend on: the samples' condition, and the sizes of the other axes. */
export interface StagePoint {
  readonly condition: unknown
  readonly sizes: Readonly<Record<string, number>>
}

/** A network as a chain of stages: the first read what `feeds` gives, the last writes F as tokens. */
export interface StagedNetwork<C> extends Omit<NetworkGraph<C>, 'build'> {
  readonly stages: readonly Stage[]
  /** Sizes of symbolic axes beside the batch at a point. */
  sizes(point: NetworkPoint<C>): Readonly<Record<string, number>>
}

/** What the last stage writes. */
export const PREDICTION = 'F'
