import type { Builder } from './builder'
import type { Dim } from './dim'
import type { Args, OpName, OpSpecs } from './op-specs'
import type { Value, ValueType } from './value'

type Inputs<K extends OpName, T> = Args<OpSpecs[K]['in'], T>
type Outputs<K extends OpName, T> = Args<OpSpecs[K]['out'], T>

/** The node a derivative rule looks at. */
export interface RuleContext<K extends OpName> {
  readonly attrs: OpSpecs[K]['attrs']
  readonly outputs: Outputs<K, Value>
}

/** Stands where a rule cannot exist, with the reason. */
export interface NonDifferentiable {
  readonly nonDifferentiable: string
}

/** Marks an op whose derivative is zero or undefined everywhere; the walkers stop there and give the reason. */
export function nonDifferentiable(reason: string): NonDifferentiable {
  return { nonDifferentiable: reason }
}

/** Tangents of the outputs from tangents of the inputs (symbolic zeros where an input does not move). */
export type JvpRule<K extends OpName> = (
  b: Builder,
  inputs: Inputs<K, Value>,
  tangents: Inputs<K, Value>,
  context: RuleContext<K>,
) => readonly Value[]

/** Cotangents of the inputs from cotangents of the outputs; null for inputs without derivative. The walker un-broadcasts. */
export type VjpRule<K extends OpName> = (
  b: Builder,
  inputs: Inputs<K, Value>,
  cotangents: Outputs<K, Value>,
  context: RuleContext<K>,
) => readonly (Value | null)[]

/** A value of an ONNX attribute. */
export type Attribute =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number } | { readonly string: string }

/** How attributes reach ONNX: as attributes, or as int64 inputs appended after the op's own inputs. */
export interface OnnxForm {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly dimInputs?: readonly (readonly Dim[])[]
  /** ONNX op type where the IR's name differs. */
  readonly as?: string
}

/** Reports operands that do not fit; the builder adds op and path. */
export type Fail = (got: string, need: string) => never

/** Everything an op is. */
export interface OpDef<K extends OpName> {
  readonly onnx: string
  /** First opset (of `domain`) that has this form. */
  readonly since: number
  readonly domain?: 'com.microsoft'
  /** Inputs each of which alone (`any`) or together (`all`) make the outputs zero when they are zero. */
  readonly zero?: { readonly any: readonly number[] } | { readonly all: readonly number[] }
  readonly infer: (inputs: Inputs<K, ValueType>, attrs: OpSpecs[K]['attrs'], fail: Fail) => readonly ValueType[]
  readonly form?: (attrs: OpSpecs[K]['attrs'], inputs: Inputs<K, ValueType>) => OnnxForm
  readonly jvp: JvpRule<K> | NonDifferentiable
  readonly vjp: VjpRule<K> | NonDifferentiable
}

/** Total: every op has its definition. */
export type OpTable = { readonly [K in OpName]: OpDef<K> }

/** The definition of one op. Node and table agree by construction; indexing by a generic K loses that only for the compiler. */
export function definitionOf<K extends OpName>(table: OpTable, op: K): OpDef<K> {
  return table[op] as unknown as OpDef<K>
}
