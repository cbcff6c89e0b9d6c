import type { OpName, OpSpecs } from './op-specs'

/** Number of inputs of each op as `OpSpecs` states it, for checks at run time; the compiler compares the two. */
const ARITY: { readonly [K in OpName]: OpSpecs[K]['in'] } = {
  Abs: 1,
  Add: 2,
  And: 2,
  Cast: 1,
  Concat: 'many',
  Conv: '2+',
  ConvTranspose: '2+',
  Cos: 1,
  DequantizeLinear: 2,
  Div: 2,
  DynamicQuantizeMatMul: 3,
  Equal: 2,
  Erf: 1,
  Exp: 1,
  Expand: 1,
  Floor: 1,
  Gather: 2,
  Gelu: 1,
  Gemm: '2+',
  Greater: 2,
  Identity: 1,
  LayerNormalization: '2+',
  Less: 2,
  Log: 1,
  MatMul: 2,
  MatMulNBits: 4,
  Max: 2,
  Min: 2,
  Mul: 2,
  MultiHeadAttention: 3,
  Neg: 1,
  Not: 1,
  Or: 2,
  Pad: 1,
  Pow: 2,
  QuickGelu: 1,
  Reciprocal: 1,
  ReduceMax: 1,
  ReduceMean: 1,
  ReduceSum: 1,
  Relu: 1,
  Reshape: 1,
  RotaryEmbedding: 4,
  ScatterND: 3,
  Sigmoid: 1,
  Sign: 1,
  Sin: 1,
  Slice: 1,
  Softmax: 1,
  Split: 1,
  Sqrt: 1,
  StopGradient: 1,
  Sub: 2,
  Tanh: 1,
  Transpose: 1,
  Where: 3,
}

/** True where an op may have `count` inputs. */
export function fitsArity(op: OpName, count: number): boolean {
  const arity = ARITY[op]
  if (arity === 'many') return count > 0
  if (arity === '2+') return count === 2 || count === 3
  return count === arity
}
