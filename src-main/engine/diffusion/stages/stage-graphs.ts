import { jvp } from '../../autodiff/jvp'
import { vjp } from '../../autodiff/vjp'
import type { Builder } from '../../ir/builder'
import { isFloat } from '../../ir/dtype'
import { nameOf, subgraphOf, type Graph } from '../../ir/graph'
import type { Node } from '../../ir/node'
import { isZero, type Value } from '../../ir/value'
import { createBuilder } from '../../ops/table'
import { cut } from '../../passes/cut'
import { ROWS, type Stage } from './stage'

/**
 * What a forward pass keeps for the backward pass beside each stage's inputs; the rest is computed again. `products`: products with
 * weights, which are nearly all of the work in a tenth of the memory. All give the same gradients.
 */
export type Keep = 'nothing' | 'products' | 'everything'

/** Rows of the batch whose loss is wanted, and of the samples that only pass through beside it. */
const BESIDE_ROWS = 's'

/** Names of inputs and outputs by what they hold. */
export const names = {
  beside: (name: string) => `beside.${name}`,
  saved: (index: number) => `saved.${index}`,
  cotangent: (name: string) => `cotangent.${name}`,
  bar: (name: string) => `bar.${name}`,
  gradient: (param: string) => `grad.${param}`,
  dot: (name: string) => `dot.${name}`,
} as const

type Values = Readonly<Record<string, Value>>

/** A stage's graph: its values under their own names; with `beside`, those of further samples under `beside.NAME`; saved values. */
export function forwardGraph(
  stage: Stage,
  options: { readonly beside: boolean; readonly saved: readonly number[]; readonly keep: Keep },
): Graph {
  const b = createBuilder()
  const read = options.beside ? bothInputs(b, stage) : inputs(b, stage)
  const written = stage.build(b, read)
  const outputs: Record<string, Value> = {}
  for (const [name, value] of Object.entries(written)) {
    if (!options.beside) {
      outputs[name] = value
      continue
    }
    const [main, beside] = b.split(value, 0, [ROWS, BESIDE_ROWS])
    if (main && beside) Object.assign(outputs, { [name]: main, [names.beside(name)]: beside })
  }
  const known = candidates(read, written, options.keep)
  for (const index of options.saved) {
    const value = known[index]
    if (value) outputs[names.saved(index)] = options.beside ? b.slice(value, 0, 0, ROWS) : value
  }
  return b.graph(outputs)
}

/** The way back through a stage, and which of the forward pass's values it takes. */
export interface BackwardGraph {
  readonly graph: Graph
  readonly saved: readonly number[]
}

/**
 * From cotangents of what the stage writes (`cotangent.NAME`) to those of the `active` values it reads (`bar.NAME`) and to gradients of
 * its `trained` parameters (`grad.PARAM`).
 */
export function backwardGraph(
  stage: Stage,
  options: { readonly active: ReadonlySet<string>; readonly trained: ReadonlySet<string>; readonly keep: Keep },
): BackwardGraph {
  const b = createBuilder()
  const read = inputs(b, stage)
  const written = stage.build(b, read)
  const params = subgraphOf(written).params.filter((param) => options.trained.has(nameOf(param)))
  const moving = Object.entries(read).filter(([name]) => options.active.has(name))
  const wrt = [...moving.map(([, value]) => value), ...params]
  const ends = Object.entries(written)
  const bars = vjp(b, {
    outputs: ends.map(([, value]) => value),
    cotangents: ends.map(([name, value]) => b.input(names.cotangent(name), value.dtype, value.shape)),
    wrt,
  })
  const labels = [...moving.map(([name]) => names.bar(name)), ...params.map((param) => names.gradient(nameOf(param)))]
  const outputs = labels.flatMap((label, i) => {
    const bar = bars[i]
    return bar && !isZero(bar) ? [[label, bar] as const] : []
  })
  const saved = new Map(candidates(read, written, options.keep).map((value, index) => [value, index]))
  const places = new Map([...saved].map(([value, index]) => [value, names.saved(index)]))
  const graph = cut(b.graph(Object.fromEntries(outputs)), places)
  const wanted = new Set(graph.inputs.map(nameOf))
  return { graph, saved: [...saved.values()].filter((index) => wanted.has(names.saved(index))) }
}

/** A stage and its tangents: what it writes, and `dot.NAME` of what moves when `moving` values move with `dot.NAME`. */
export function tangentStageGraph(stage: Stage, moving: ReadonlySet<string>): Graph {
  const b = createBuilder()
  const read = inputs(b, stage)
  const written = stage.build(b, read)
  const from = Object.entries(read).filter(([name]) => moving.has(name))
  const ends = Object.entries(written)
  const dots = jvp(b, {
    outputs: ends.map(([, value]) => value),
    inputs: from.map(([, value]) => value),
    tangents: from.map(([name, value]) => b.input(names.dot(name), value.dtype, value.shape)),
  })
  const outputs: Record<string, Value> = { ...written }
  ends.forEach(([name], i) => {
    const dot = dots[i]
    if (dot && !isZero(dot)) outputs[names.dot(name)] = dot
  })
  return b.graph(outputs)
}

function inputs(b: Builder, stage: Stage): Values {
  return Object.fromEntries(Object.entries(stage.reads).map(([name, { dtype, shape }]) => [name, b.input(name, dtype, shape)]))
}

/** Inputs for two groups of samples, joined; values without rows serve both. */
function bothInputs(b: Builder, stage: Stage): Values {
  const joined = Object.entries(stage.reads).map(([name, { dtype, shape }]) => {
    const main = b.input(name, dtype, shape)
    if (shape[0] !== ROWS) return [name, main] as const
    return [name, b.concat([main, b.input(names.beside(name), dtype, [BESIDE_ROWS, ...shape.slice(1)])], 0)] as const
  })
  return Object.fromEntries(joined)
}

/** The values that may be kept, in the order in which they were built, so that the same index means the same value in every graph. */
function candidates(read: Values, written: Values, keep: Keep): readonly Value[] {
  if (keep === 'nothing') return []
  const graph = subgraphOf(written)
  const given = new Set(Object.values(read))
  const fromInputs = new Set([...given, ...graph.inputs])
  const readers = new Map<Value, Node[]>()
  const found = new Set<Value>()
  for (const node of graph.nodes) for (const value of node.inputs) readers.set(value, [...(readers.get(value) ?? []), node])
  for (const node of graph.nodes) {
    if (!node.inputs.some((value) => fromInputs.has(value)) || node.outputs.some((value) => given.has(value))) continue
    const [, right] = node.inputs
    const isProduct = node.op === 'MatMul' && right !== undefined && !fromInputs.has(right)
    for (const value of node.outputs) {
      fromInputs.add(value)
      if (isFloat(value.dtype) && (keep === 'everything' || isProduct))
        found.add(keep === 'everything' ? value : sumOf(value, readers))
    }
  }
  for (const end of Object.values(written)) found.delete(end)
  return [...found].sort((x, y) => x.id - y.id)
}

/** What a product is added up to (adapter, bias, …) before anything else reads it: one value to keep in place of several. */
function sumOf(value: Value, readers: ReadonlyMap<Value, readonly Node[]>): Value {
  const [only, ...others] = readers.get(value) ?? []
  const [sum] = only?.outputs ?? []
  return only?.op === 'Add' && sum && others.length === 0 ? sumOf(sum, readers) : value
}
