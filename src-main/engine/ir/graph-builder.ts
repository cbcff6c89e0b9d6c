import { isFloat, type DType } from './dtype'
import { GraphError, ShapeError } from './errors'
import { subgraphOf, type Graph } from './graph'
import { f32ToBf16, f32ToF16 } from './half'
import type { Node } from './node'
import type { Args, OpName, OpSpecs } from './op-specs'
import { definitionOf, type OpDef, type OpTable } from './op'
import { sameShape, showShape, type Shape } from './shape'
import { f32, i64, tensor, type Tensor } from './tensor'
import { isZero, type Source, type Value, type ValueType } from './value'

type Inputs<K extends OpName> = Args<OpSpecs[K]['in'], Value>

/**
 * Makes the values and nodes of one graph: infers and checks types at every step, folds symbolic zeros away, shares equal
 * scalars, names nodes by their scopes. `Builder` adds a method for each op.
 */
export class GraphBuilder {
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
    const def = definitionOf(this.table, op)
    const given = inputs as readonly Value[]
    const at = this.path.join('.')
    const types = this.infer(op, inputs, attrs)
    if (foldsToZero(def.zero, given)) return types.map((type) => this.zero(type))
    const solid = given.map((value) => this.solid(value))
    const outputs: Value[] = []
    const node: Node<K> = { op, inputs: solid, outputs, attrs, path: at }
    types.forEach((type, index) => {
      outputs.push(this.value({ kind: 'node', node: node as unknown as Node, index }, type.dtype, type.shape))
    })
    return outputs
  }

  /** The types of an op's outputs, without making a node. Throws ShapeError. */
  protected infer<K extends OpName>(op: K, inputs: Inputs<K>, attrs: OpSpecs[K]['attrs']): readonly ValueType[] {
    const def = definitionOf(this.table, op)
    return def.infer(inputs as never, attrs, (got, need) => {
      throw new ShapeError({ op, at: this.path.join('.'), got, need })
    })
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
    return value.shape.length === 0 ? zero : this.emit('Expand', [zero], { shape: value.shape })
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
