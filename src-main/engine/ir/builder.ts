import type { Dim } from './dim'
import type { DType } from './dtype'
import { GraphBuilder } from './graph-builder'
import type { Node } from './node'
import type { OpSpecs } from './op-specs'
import { sameShape, type Shape } from './shape'
import { isZero, type Value } from './value'

/** Builds a graph: a thin method for each op over `emit`; those that fold say so. */
export class Builder extends GraphBuilder {
  // Arithmetic. Zero operands of a sum fold here because the other operand may need broadcasting.
  add(x: Value, y: Value): Value {
    if (!isZero(x) && !isZero(y)) return this.emit('Add', [x, y], {})
    const shape = this.broadcastOf('Add', x, y)
    if (isZero(x) && sameShape(y.shape, shape)) return y
    if (isZero(y) && sameShape(x.shape, shape)) return x
    return this.emit('Add', [x, y], {})
  }
  sub(x: Value, y: Value): Value {
    if (!isZero(x) && !isZero(y)) return this.emit('Sub', [x, y], {})
    const shape = this.broadcastOf('Sub', x, y)
    if (isZero(y) && sameShape(x.shape, shape)) return x
    if (isZero(x) && sameShape(y.shape, shape)) return this.neg(y)
    return this.emit('Sub', [x, y], {})
  }
  mul(x: Value, y: Value): Value {
    return this.emit('Mul', [x, y], {})
  }
  div(x: Value, y: Value): Value {
    return this.emit('Div', [x, y], {})
  }
  pow(x: Value, y: Value): Value {
    return this.emit('Pow', [x, y], {})
  }
  min(x: Value, y: Value): Value {
    return this.emit('Min', [x, y], {})
  }
  max(x: Value, y: Value): Value {
    return this.emit('Max', [x, y], {})
  }
  /** x · s for a number s. */
  scale(x: Value, factor: number): Value {
    return this.mul(x, this.scalar(factor, x.dtype))
  }
  /** x + s for a number s. */
  shift(x: Value, term: number): Value {
    return this.add(x, this.scalar(term, x.dtype))
  }
  neg(x: Value): Value {
    return this.emit('Neg', [x], {})
  }
  abs(x: Value): Value {
    return this.emit('Abs', [x], {})
  }
  sign(x: Value): Value {
    return this.emit('Sign', [x], {})
  }
  floor(x: Value): Value {
    return this.emit('Floor', [x], {})
  }
  exp(x: Value): Value {
    return this.emit('Exp', [x], {})
  }
  log(x: Value): Value {
    return this.emit('Log', [x], {})
  }
  sqrt(x: Value): Value {
    return this.emit('Sqrt', [x], {})
  }
  reciprocal(x: Value): Value {
    return this.emit('Reciprocal', [x], {})
  }
  tanh(x: Value): Value {
    return this.emit('Tanh', [x], {})
  }
  sigmoid(x: Value): Value {
    return this.emit('Sigmoid', [x], {})
  }
  relu(x: Value): Value {
    return this.emit('Relu', [x], {})
  }
  erf(x: Value): Value {
    return this.emit('Erf', [x], {})
  }
  sin(x: Value): Value {
    return this.emit('Sin', [x], {})
  }
  cos(x: Value): Value {
    return this.emit('Cos', [x], {})
  }
  /** x·σ(alpha·x); alpha 1 is SiLU. */
  quickGelu(x: Value, alpha = 1): Value {
    return this.emit('QuickGelu', [x], { alpha })
  }
  gelu(x: Value, approximate: 'none' | 'tanh' = 'none'): Value {
    return this.emit('Gelu', [x], { approximate })
  }
  // Logic.
  equal(x: Value, y: Value): Value {
    return this.emit('Equal', [x, y], {})
  }
  less(x: Value, y: Value): Value {
    return this.emit('Less', [x, y], {})
  }
  greater(x: Value, y: Value): Value {
    return this.emit('Greater', [x, y], {})
  }
  and(x: Value, y: Value): Value {
    return this.emit('And', [x, y], {})
  }
  or(x: Value, y: Value): Value {
    return this.emit('Or', [x, y], {})
  }
  not(x: Value): Value {
    return this.emit('Not', [x], {})
  }
  where(condition: Value, x: Value, y: Value): Value {
    return this.emit('Where', [condition, x, y], {})
  }
  cast(x: Value, to: DType): Value {
    return x.dtype === to ? x : this.emit('Cast', [x], { to })
  }
  identity(x: Value): Value {
    return this.emit('Identity', [x], {})
  }
  /** x, through which no derivative flows. */
  stopGradient(x: Value): Value {
    return this.emit('StopGradient', [x], {})
  }
  // Linear algebra and networks.
  matMul(x: Value, y: Value): Value {
    return this.emit('MatMul', [x, y], {})
  }
  conv(x: Value, w: Value, bias: Value | undefined, attrs: OpSpecs['Conv']['attrs']): Value {
    return this.emit('Conv', bias ? [x, w, bias] : [x, w], attrs)
  }
  convTranspose(x: Value, w: Value, bias: Value | undefined, attrs: OpSpecs['ConvTranspose']['attrs']): Value {
    return this.emit('ConvTranspose', bias ? [x, w, bias] : [x, w], attrs)
  }
  softmax(x: Value, axis = -1): Value {
    return this.emit('Softmax', [x], { axis })
  }
  layerNormalization(x: Value, scale: Value, bias: Value | undefined, epsilon: number): Value {
    return this.emit('LayerNormalization', bias ? [x, scale, bias] : [x, scale], { epsilon })
  }
  dequantizeLinear(x: Value, scale: Value, axis: number): Value {
    return this.emit('DequantizeLinear', [x, scale], { axis })
  }
  // Shapes.
  reshape(x: Value, shape: readonly Dim[]): Value {
    return sameShape(x.shape, shape) ? x : this.emit('Reshape', [x], { shape })
  }
  expand(x: Value, shape: readonly Dim[]): Value {
    return sameShape(x.shape, shape) ? x : this.emit('Expand', [x], { shape })
  }
  /** A transpose of a transpose is one transpose, or none. */
  transpose(x: Value, perm: readonly number[]): Value {
    if (perm.length === x.shape.length && perm.every((axis, i) => axis === i)) return x
    const inner =
      x.source.kind === 'node' && x.source.node.op === 'Transpose' ? (x.source.node as unknown as Node<'Transpose'>) : undefined
    const [origin] = inner?.inputs ?? []
    if (!inner || !origin || perm.length !== origin.shape.length) return this.emit('Transpose', [x], { perm })
    return this.transpose(
      origin,
      perm.map((axis) => inner.attrs.perm[axis] ?? axis),
    )
  }
  concat(values: readonly Value[], axis: number): Value {
    const [only] = values
    return values.length === 1 && only ? only : this.emit('Concat', values, { axis })
  }
  split(x: Value, axis: number, sizes: readonly Dim[]): readonly Value[] {
    return sizes.length === 1 ? [x] : this.emitAll('Split', [x], { axis, sizes })
  }
  slice(x: Value, axis: number, start: Dim, end: Dim, step = 1): Value {
    return this.emit('Slice', [x], { axis, start, end, step })
  }
  pad(x: Value, pads: readonly number[]): Value {
    return pads.every((p) => p === 0) ? x : this.emit('Pad', [x], { pads })
  }
  gather(x: Value, indices: Value, axis = 0): Value {
    return this.emit('Gather', [x, indices], { axis })
  }
  scatterND(x: Value, indices: Value, updates: Value): Value {
    return this.emit('ScatterND', [x, indices, updates], {})
  }
  reduceSum(x: Value, axes: readonly number[], keepDims = false): Value {
    return axes.length === 0 ? x : this.emit('ReduceSum', [x], { axes, keepDims })
  }
  reduceMean(x: Value, axes: readonly number[], keepDims = false): Value {
    return this.emit('ReduceMean', [x], { axes, keepDims })
  }
  reduceMax(x: Value, axes: readonly number[], keepDims = false): Value {
    return this.emit('ReduceMax', [x], { axes, keepDims })
  }

  private broadcastOf(op: 'Add' | 'Sub', x: Value, y: Value): Shape {
    return this.infer(op, [x, y], {})[0]?.shape ?? []
  }
}
