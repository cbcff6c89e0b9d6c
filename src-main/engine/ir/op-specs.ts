import type { Dim } from './dim'
import type { DType } from './dtype'

type Plain = Readonly<Record<never, never>>
/** Number of inputs or outputs; '2+' means two and an optional third, 'many' any number. */
type Arity = 1 | 2 | 3 | 4 | '2+' | 'many'
interface Spec<In extends Arity, Attrs = Plain, Out extends Arity = 1> {
  readonly in: In
  readonly attrs: Attrs
  readonly out: Out
}
interface Axes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}
interface Convolution {
  readonly strides: readonly number[]
  /** begin of each spatial axis, then end of each. */
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
  readonly group: number
}

/** Every op of the IR: arity and attributes. `ops/table` must define each of them, or it does not compile. */
export interface OpSpecs {
  Abs: Spec<1>
  Add: Spec<2>
  And: Spec<2>
  Cast: Spec<1, { readonly to: DType }>
  Concat: Spec<'many', { readonly axis: number }>
  Conv: Spec<'2+', Convolution>
  ConvTranspose: Spec<'2+', Convolution & { readonly outputPadding: readonly number[] }>
  Cos: Spec<1>
  DequantizeLinear: Spec<2, { readonly axis: number }>
  Div: Spec<2>
  DynamicQuantizeMatMul: Spec<3>
  Equal: Spec<2>
  Erf: Spec<1>
  Exp: Spec<1>
  Expand: Spec<1, { readonly shape: readonly Dim[] }>
  Floor: Spec<1>
  Gather: Spec<2, { readonly axis: number }>
  Gelu: Spec<1, { readonly approximate: 'none' | 'tanh' }>
  Gemm: Spec<'2+', { readonly transB: boolean }>
  Greater: Spec<2>
  Identity: Spec<1>
  LayerNormalization: Spec<'2+', { readonly epsilon: number }, 3>
  Less: Spec<2>
  Log: Spec<1>
  MatMul: Spec<2>
  MatMulNBits: Spec<4, { readonly bits: number; readonly block: number }>
  Max: Spec<2>
  Min: Spec<2>
  Mul: Spec<2>
  MultiHeadAttention: Spec<3, { readonly heads: number; readonly scale: number }>
  Neg: Spec<1>
  Not: Spec<1>
  Or: Spec<2>
  Pad: Spec<1, { readonly pads: readonly number[] }>
  Pow: Spec<2>
  QuickGelu: Spec<1, { readonly alpha: number }>
  Reciprocal: Spec<1>
  ReduceMax: Spec<1, Axes>
  ReduceMean: Spec<1, Axes>
  ReduceSum: Spec<1, Axes>
  Relu: Spec<1>
  Reshape: Spec<1, { readonly shape: readonly Dim[] }>
  RotaryEmbedding: Spec<4, { readonly interleaved: boolean }>
  ScatterND: Spec<3>
  Sigmoid: Spec<1>
  Sign: Spec<1>
  Sin: Spec<1>
  Slice: Spec<1, { readonly axis: number; readonly start: Dim; readonly end: Dim; readonly step: number }>
  Softmax: Spec<1, { readonly axis: number }>
  Split: Spec<1, { readonly axis: number; readonly sizes: readonly Dim[] }, 'many'>
  Sqrt: Spec<1>
  StopGradient: Spec<1>
  Sub: Spec<2>
  Tanh: Spec<1>
  Transpose: Spec<1, { readonly perm: readonly number[] }>
  Where: Spec<3>
}

export type OpName = keyof OpSpecs

/** A tuple of T as long as an arity. */
export type Args<A extends Arity, T> = A extends 1
  ? readonly [T]
  : A extends 2
    ? readonly [T, T]
    : A extends 3
      ? readonly [T, T, T]
      : A extends 4
        ? readonly [T, T, T, T]
        : A extends '2+'
          ? readonly [T, T, T?]
          : readonly T[]
