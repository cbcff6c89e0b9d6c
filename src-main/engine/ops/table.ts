import { Builder } from '../ir/builder'
import type { OpTable } from '../ir/op'
import { Abs } from './abs'
import { Add } from './add'
import { And } from './and'
import { Cast } from './cast'
import { Concat } from './concat'
import { Conv } from './conv'
import { ConvTranspose } from './conv-transpose'
import { Cos } from './cos'
import { DequantizeLinear } from './dequantize-linear'
import { Div } from './div'
import { DynamicQuantizeMatMul } from './dynamic-quantize-mat-mul'
import { Equal } from './equal'
import { Erf } from './erf'
import { Exp } from './exp'
import { Expand } from './expand'
import { Floor } from './floor'
import { Gather } from './gather'
import { Gelu } from './gelu'
import { Gemm } from './gemm'
import { Greater } from './greater'
import { Identity } from './identity'
import { LayerNormalization } from './layer-normalization'
import { Less } from './less'
import { Log } from './log'
import { MatMul } from './mat-mul'
import { MatMulNBits } from './mat-mul-n-bits'
import { Max } from './max'
import { Min } from './min'
import { Mul } from './mul'
import { MultiHeadAttention } from './multi-head-attention'
import { Neg } from './neg'
import { Not } from './not'
import { Or } from './or'
import { Pad } from './pad'
import { Pow } from './pow'
import { QuickGelu } from './quick-gelu'
import { Reciprocal } from './reciprocal'
import { ReduceMax } from './reduce-max'
import { ReduceMean } from './reduce-mean'
import { ReduceSum } from './reduce-sum'
import { Relu } from './relu'
import { Reshape } from './reshape'
import { RotaryEmbedding } from './rotary-embedding'
import { ScatterND } from './scatter-nd'
import { Sigmoid } from './sigmoid'
import { Sign } from './sign'
import { Sin } from './sin'
import { Slice } from './slice'
import { Softmax } from './softmax'
import { Split } from './split'
import { Sqrt } from './sqrt'
import { StopGradient } from './stop-gradient'
import { Sub } from './sub'
import { Tanh } from './tanh'
import { Transpose } from './transpose'
import { Where } from './where'

/** Every op of the IR. A name of `OpSpecs` without a definition here does not compile. */
export const table: OpTable = {
  Abs,
  Add,
  And,
  Cast,
  Concat,
  Conv,
  ConvTranspose,
  Cos,
  DequantizeLinear,
  Div,
  DynamicQuantizeMatMul,
  Equal,
  Erf,
  Exp,
  Expand,
  Floor,
  Gather,
  Gelu,
  Gemm,
  Greater,
  Identity,
  LayerNormalization,
  Less,
  Log,
  MatMul,
  MatMulNBits,
  Max,
  Min,
  Mul,
  MultiHeadAttention,
  Neg,
  Not,
  Or,
  Pad,
  Pow,
  QuickGelu,
  Reciprocal,
  ReduceMax,
  ReduceMean,
  ReduceSum,
  Relu,
  Reshape,
  RotaryEmbedding,
  ScatterND,
  Sigmoid,
  Sign,
  Sin,
  Slice,
  Softmax,
  Split,
  Sqrt,
  StopGradient,
  Sub,
  Tanh,
  Transpose,
  Where,
}

/** A builder over all ops. */
export function createBuilder(): Builder {
  return new Builder(table)
}
