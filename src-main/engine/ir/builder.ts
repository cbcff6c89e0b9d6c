import type { Dim } from './dim'
import { isFloat, type DType } from './dtype'
import { GraphError, ShapeError } from './errors'
import { subgraphOf, type Graph } from './graph'
import type { Node } from './node'
import type { Args, OpName, OpSpecs } from './op-specs'
import type { OpDef, OpTable } from './op'
import { sameShape, showShape, type Shape } from './shape'
import { f32, i64, tensor, type Tensor } from './tensor'
import { f32ToBf16, f32ToF16 } from './half'
import { isZero, type Source, type Value, type ValueType } from './value'

type Inputs<K extends OpName> = Args<OpSpecs[K]['in'], Value>

/**
 * Builds a graph, inferring and checking types at every step. One thin method per op below `emit`; symbolic zeros fold
 * away, equal constants are shared, scopes name the nodes.
 */
export class Builder {
  private nextId = 0
  private path: readonly string[] = []
  private readonly scalars = new Map<string, Value>()
  private readonly named = new Map<string, Value>()

  constructor(readonly table: OpTable) {}

  /** A graph input. Throws GraphError where `name` was declared with another type. */
  input(name: string, dtype: DType, shape: Shape): Value {
    return this.declare(`input ${name}`, { kind: 'input', name }, dtype, shape)
  }

  /** A weight, named by its checkpoint key. Asking again for the same key gives the same value. */
  param(key: string, dtype: DType, shape: Shape): Value {
    return this.declare(`param ${key}`, { kind: 'param', key }, dtype, shape)
  }

  /** A constant tensor stored in the graph. */
  constant(value: Tensor): Value {
    return this.value({ kind: 'constant', tensor: value }, value.dtype, value.shape)
  }

  /** A scalar constant of a float or integer dtype, shared between uses. */
  scalar(value: number, dtype: DType = 'f32'): Value {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`
    const known = this.scalars.get(key)
    if (known) return known
    const made = this.constant(scalarTensor(value, dtype))
    this.scalars.set(key, made)
    return made
  }

  /** A symbolic zero of the type of `like`. */
  zero(like: ValueType): Value {
    return this.value({ kind: 'zero' }, like.dtype, like.shape)
  }

  /** Runs `body` with `name` appended to the path of the nodes it builds. */
  scope<T>(name: string, body: () => T): T {
    const outer = this.path
    this.path = [...outer, name]
    try {
      return body()
    } finally {
      this.path = outer
    }
  }

  /** Runs `body` with the path set to `path`, so that derived nodes carry the name of their primal. */
  at<T>(path: string, body: () => T): T {
    const outer = this.path
    this.path = [path]
    try {
      return body()
    } finally {
      this.path = outer
    }
  }

  /** The graph that computes `outputs`. A symbolic zero among them is materialised. */
  graph(outputs: Readonly<Record<string, Value>>): Graph {
    const solid = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, this.solid(value)]))
    return { ...subgraphOf(solid), table: this.table }
  }

  /** All outputs of one op. Throws ShapeError naming op, path and shapes where the operands do not fit. */
  emitAll<K extends OpName>(op: K, inputs: Inputs<K>, attrs: OpSpecs[K]['attrs']): readonly Value[] {
    // The table is total; indexing by a generic K loses that only for the compiler.
    const def = this.table[op] as unknown as OpDef<K>
    const given = inputs as readonly Value[]
    const at = this.path.join('.')
    const fail = (got: string, need: string): never => {
      throw new ShapeError({ op, at, got, need })
    }
    const types = def.infer(inputs as never, attrs, fail)
    if (foldsToZero(def.zero, given)) return types.map((type) => this.zero(type))
    const solid = given.map((value) => this.solid(value))
    const outputs: Value[] = []
    const node: Node<K> = { op, inputs: solid, outputs, attrs, path: at }
    types.forEach((type, index) => {
      outputs.push(this.value({ kind: 'node', node: node as unknown as Node, index }, type.dtype, type.shape))
    })
    return outputs
  }

  /** The only output of one op. */
  emit<K extends OpName>(op: K, inputs: Inputs<K>, attrs: OpSpecs[K]['attrs']): Value {
    const [first] = this.emitAll(op, inputs, attrs)
    if (!first) throw new GraphError(`${op} has no output.`)
    return first
  }

  /** x where x is real; zeros in memory where x is a symbolic zero. */
  private solid(value: Value): Value {
    if (!isZero(value)) return value
    const zero = this.scalar(0, value.dtype)
    return value.shape.length === 0 ? zero : this.expand(zero, value.shape)
  }

  private declare(label: string, source: Source, dtype: DType, shape: Shape): Value {
    const known = this.named.get(label)
    if (!known) {
      const made = this.value(source, dtype, shape)
      this.named.set(label, made)
      return made
    }
    if (known.dtype !== dtype || !sameShape(known.shape, shape)) {
      throw new GraphError(`${label} is ${known.dtype} ${showShape(known.shape)}, asked again as ${dtype} ${showShape(shape)}.`)
    }
    return known
  }

  private value(source: Source, dtype: DType, shape: Shape): Value {
    return { id: this.nextId++, source, dtype, shape }
  }

  // Arithmetic. Zero operands of a sum fold here because the other operand may need broadcasting.
  add(x: Value, y: Value): Value {
    if (isZero(x) && y.shape.length >= x.shape.length && sameShape(y.shape, this.broadcastOf(x, y))) return y
    if (isZero(y) && x.shape.length >= y.shape.length && sameShape(x.shape, this.broadcastOf(x, y))) return x
    if (isZero(x) && isZero(y)) return this.zero({ dtype: x.dtype, shape: this.broadcastOf(x, y) })
    return this.emit('Add', [x, y], {})
  }
  sub(x: Value, y: Value): Value {
    if (isZero(y) && sameShape(x.shape, this.broadcastOf(x, y))) return x
    if (isZero(x) && sameShape(y.shape, this.broadcastOf(x, y))) return this.neg(y)
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
    if (perm.every((axis, i) => axis === i)) return x
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

  private broadcastOf(x: Value, y: Value): Shape {
    const [type] = this.table.Add.infer([x, y], {}, (got, need) => {
      throw new ShapeError({ op: 'Add', at: this.path.join('.'), got, need })
    })
    return type?.shape ?? []
  }
}

function foldsToZero(rule: OpDef<OpName>['zero'], inputs: readonly Value[]): boolean {
  if (!rule) return false
  const zeroAt = (i: number): boolean => {
    const value = inputs[i]
    return value === undefined || isZero(value)
  }
  // An absent optional operand counts as zero for `all`, never for `any`.
  if ('any' in rule) return rule.any.some((i) => inputs[i] !== undefined && zeroAt(i))
  if (rule.all.length === 0) return inputs.length > 0 && inputs.every(isZero)
  return rule.all.every(zeroAt)
}

function scalarTensor(value: number, dtype: DType): Tensor {
  if (dtype === 'f32') return f32([], [value])
  if (dtype === 'f16') return tensor('f16', [], f32ToF16(Float32Array.of(value)))
  if (dtype === 'bf16') return tensor('bf16', [], f32ToBf16(Float32Array.of(value)))
  if (dtype === 'i64') return i64([], [value])
  if (dtype === 'i32') return tensor('i32', [], Int32Array.of(value))
  if (dtype === 'i8') return tensor('i8', [], Int8Array.of(value))
  if (isFloat(dtype)) throw new GraphError(`No scalar of ${dtype}.`)
  return tensor(dtype, [], Uint8Array.of(value))
}
