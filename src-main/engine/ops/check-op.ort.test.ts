import { describe, expect, it } from 'vitest'
import { checkOp } from '../../../test/support/check-op'
import type { OpSuite } from '../../../test/support/op-case'
import type { OpName } from '../ir/op-specs'
import * as Abs from './abs.cases'
import * as Add from './add.cases'
import * as And from './and.cases'
import * as Cast from './cast.cases'
import * as Concat from './concat.cases'
import * as Conv from './conv.cases'
import * as ConvTranspose from './conv-transpose.cases'
import * as Cos from './cos.cases'
import * as DequantizeLinear from './dequantize-linear.cases'
import * as Div from './div.cases'
import * as DynamicQuantizeMatMul from './dynamic-quantize-mat-mul.cases'
import * as Equal from './equal.cases'
import * as Erf from './erf.cases'
import * as Exp from './exp.cases'
import * as Expand from './expand.cases'
import * as Floor from './floor.cases'
import * as Gather from './gather.cases'
import * as Gelu from './gelu.cases'
import * as Gemm from './gemm.cases'
import * as Greater from './greater.cases'
import * as Identity from './identity.cases'
import * as LayerNormalization from './layer-normalization.cases'
import * as Less from './less.cases'
import * as Log from './log.cases'
import * as MatMul from './mat-mul.cases'
import * as MatMulNBits from './mat-mul-n-bits.cases'
import * as Max from './max.cases'
import * as Min from './min.cases'
import * as Mul from './mul.cases'
import * as MultiHeadAttention from './multi-head-attention.cases'
import * as Neg from './neg.cases'
import * as Not from './not.cases'
import * as Or from './or.cases'
import * as Pad from './pad.cases'
import * as Pow from './pow.cases'
import * as QuickGelu from './quick-gelu.cases'
import * as Reciprocal from './reciprocal.cases'
import * as ReduceMax from './reduce-max.cases'
import * as ReduceMean from './reduce-mean.cases'
import * as ReduceSum from './reduce-sum.cases'
import * as Relu from './relu.cases'
import * as Reshape from './reshape.cases'
import * as RotaryEmbedding from './rotary-embedding.cases'
import * as ScatterND from './scatter-nd.cases'
import * as Sigmoid from './sigmoid.cases'
import * as Sign from './sign.cases'
import * as Sin from './sin.cases'
import * as Slice from './slice.cases'
import * as Softmax from './softmax.cases'
import * as Split from './split.cases'
import * as Sqrt from './sqrt.cases'
import * as StopGradient from './stop-gradient.cases'
import * as Sub from './sub.cases'
import * as Tanh from './tanh.cases'
import * as Transpose from './transpose.cases'
import * as Where from './where.cases'
import { table } from './table'

/** Total, as the table is: an op without cases does not compile. */
const suites: { readonly [K in OpName]: OpSuite<K> } = {
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

describe('every op', () => {
  it('has cases', () => {
    const without = Object.keys(table).filter((op) => !(suites[op as OpName]?.cases.length > 0))
    expect(without).toEqual([])
  })
})

for (const [op, suite] of Object.entries(suites) as [OpName, OpSuite<OpName>][]) {
  describe(op, () => {
    for (const item of suite.cases) it(item.why, () => checkOp(op, suite, item))
  })
}
