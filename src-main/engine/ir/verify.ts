import { fitsArity } from './arity'
import { symbolsOf, termsOf, type Dim } from './dim'
import { EngineError, GraphError } from './errors'
import { nameOf, type Graph } from './graph'
import type { Node } from './node'
import { definitionOf, type OpDef } from './op'
import type { OpName } from './op-specs'
import { sameShape } from './shape'
import { sizeOf } from './tensor'
import { showType, type Value } from './value'

/** What every graph must satisfy; each rule below has one of these names. */
export type RuleName = 'names' | 'order' | 'zeros' | 'constants' | 'arity' | 'types' | 'reachable' | 'symbols'

/** A broken rule: which, where, and what was found. */
interface Violation {
  readonly rule: RuleName
  readonly at: string
  readonly message: string
}

type Rule = (graph: Graph) => Iterable<Omit<Violation, 'rule'>>

const RULES: { readonly [R in RuleName]: Rule } = { names, order, zeros, constants, arity, types, reachable, symbols }

/** Every broken rule of a graph; none for a graph that may be encoded. */
export function violations(graph: Graph): Violation[] {
  return Object.entries(RULES).flatMap(([rule, check]) =>
    [...check(graph)].map((found) => ({ rule: rule as RuleName, ...found })),
  )
}

/** Throws GraphError naming the first broken rules. */
export function verify(graph: Graph): void {
  const found = violations(graph)
  if (found.length === 0) return
  const shown = found.slice(0, 5).map(({ rule, at, message }) => `${rule} at ${at}: ${message}`)
  throw new GraphError(`${found.length} broken rules: ${shown.join('; ')}`)
}

/** Names of inputs, keys of parameters and names of results are all different: ONNX has one name space. */
function* names({ inputs, params, nodes }: Graph): ReturnType<Rule> {
  const seen = new Set<string>()
  for (const value of [...inputs, ...params, ...nodes.flatMap((node) => node.outputs)]) {
    const name = nameOf(value)
    if (seen.has(name)) yield { at: name, message: 'this name is used twice' }
    seen.add(name)
  }
}

/** What a node reads was declared or made before it. */
function* order(graph: Graph): ReturnType<Rule> {
  const known = new Set<Value>([...graph.inputs, ...graph.params, ...graph.constants])
  for (const node of graph.nodes) {
    for (const x of node.inputs) if (!known.has(x)) yield { at: place(node), message: `reads ${nameOf(x)} before it is made` }
    for (const y of node.outputs) known.add(y)
  }
  for (const [name, value] of Object.entries(graph.outputs)) {
    if (!known.has(value)) yield { at: `output ${name}`, message: `${nameOf(value)} is made nowhere` }
  }
}

/** Symbolic zeros were folded away or given memory. */
function* zeros(graph: Graph): ReturnType<Rule> {
  for (const node of graph.nodes) {
    if (node.inputs.some((x) => x.source.kind === 'zero')) yield { at: place(node), message: 'reads a symbolic zero' }
  }
  for (const [name, value] of Object.entries(graph.outputs)) {
    if (value.source.kind === 'zero') yield { at: `output ${name}`, message: 'is a symbolic zero' }
  }
}

/** A constant holds as many numbers as its shape says. */
function* constants(graph: Graph): ReturnType<Rule> {
  for (const value of graph.constants) {
    if (value.source.kind !== 'constant') continue
    const { tensor } = value.source
    const agrees =
      tensor.dtype === value.dtype && sameShape(tensor.shape, value.shape) && sizeOf(tensor.shape) === tensor.data.length
    if (!agrees)
      yield { at: nameOf(value), message: `${showType(value)} holds ${tensor.data.length} numbers of ${showType(tensor)}` }
  }
}

/** Each op has as many operands as its specification says. */
function* arity(graph: Graph): ReturnType<Rule> {
  for (const node of graph.nodes) {
    if (!fitsArity(node.op, node.inputs.length)) yield { at: place(node), message: `has ${node.inputs.length} operands` }
  }
}

/** The recorded type of each result is the one its op infers. */
function* types(graph: Graph): ReturnType<Rule> {
  for (const node of graph.nodes.filter(({ op, inputs }) => fitsArity(op, inputs.length))) {
    const inferred = inferOf(graph, node)
    const same =
      typeof inferred !== 'string' &&
      inferred.length === node.outputs.length &&
      node.outputs.every((y, i) => y.dtype === inferred[i]?.dtype && sameShape(y.shape, inferred[i].shape))
    if (same) continue
    const found = typeof inferred === 'string' ? inferred : `infers ${inferred.map(showType).join(', ')}`
    yield { at: place(node), message: `records ${node.outputs.map(showType).join(', ')}, ${found}` }
  }
}

/** Every node, input and parameter contributes to an output. */
function* reachable(graph: Graph): ReturnType<Rule> {
  const needed = new Set<Value>(Object.values(graph.outputs))
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((y) => needed.has(y))) yield { at: place(node), message: 'leads to no output' }
    for (const x of node.inputs) needed.add(x)
  }
  for (const value of [...graph.inputs, ...graph.params]) {
    if (!needed.has(value)) yield { at: nameOf(value), message: 'is read by nobody' }
  }
}

/** Every symbol of a shape is the size of some input's axis, or a divisor of one, so that it is known at run time. */
function* symbols(graph: Graph): ReturnType<Rule> {
  const axes = [...graph.inputs, ...graph.params].flatMap((value) => value.shape)
  const determined = new Set(axes.flatMap((dim) => soleSymbol(dim) ?? []))
  const reported = new Set<string>()
  for (const node of graph.nodes) {
    for (const symbol of node.outputs.flatMap((y) => y.shape.flatMap(symbolsOf))) {
      if (determined.has(symbol) || reported.has(symbol)) continue
      reported.add(symbol)
      yield { at: place(node), message: `no input axis gives the size of '${symbol}'` }
    }
  }
}

/** n for n, 3*n: the symbol that such an axis determines. */
function soleSymbol(dim: Dim): string | undefined {
  const [term, ...others] = termsOf(dim)
  return others.length === 0 && term?.symbols.length === 1 ? term.symbols[0] : undefined
}

function inferOf(graph: Graph, node: Node): ReturnType<OpDef<OpName>['infer']> | string {
  const def = definitionOf<OpName>(graph.table, node.op)
  try {
    return def.infer(node.inputs as never, node.attrs as never, (got, need) => {
      throw new GraphError(`${got}: ${need}`)
    })
  } catch (error) {
    if (error instanceof EngineError) return `refuses ${error.message}`
    throw error
  }
}

function place(node: Node): string {
  return `${node.op} in ${node.path || 'top'}`
}
