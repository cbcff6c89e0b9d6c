import type { Builder } from '../ir/builder'
import { GraphError } from '../ir/errors'
import { subgraphOf } from '../ir/graph'
import { isFloat } from '../ir/dtype'
import type { Node } from '../ir/node'
import { definitionOf } from '../ir/op'
import type { OpName } from '../ir/op-specs'
import { isZero, type Value } from '../ir/value'
import { unbroadcast } from './unbroadcast'

/**
 * Reverse mode: appends to `b` the nodes that compute Σ cotangentᵢ · ∂outputᵢ/∂wrtⱼ for each wrtⱼ (a symbolic zero where
 * nothing leads there). Only nodes between `wrt` and `outputs` are differentiated.
 * Throws GraphError where the way leads through an op without derivative.
 */
export function vjp(
  b: Builder,
  what: { readonly outputs: readonly Value[]; readonly cotangents: readonly Value[]; readonly wrt: readonly Value[] },
): Value[] {
  const { nodes } = subgraphOf(Object.fromEntries(what.outputs.map((value, i) => [i, value])))
  const active = new Set<Value>(what.wrt)
  for (const node of nodes) {
    if (node.inputs.some((x) => active.has(x))) for (const y of node.outputs) if (isFloat(y.dtype)) active.add(y)
  }
  const bars = new Map<Value, Value>()
  const accumulate = (value: Value, bar: Value): void => {
    if (!active.has(value) || isZero(bar)) return
    const known = bars.get(value)
    const fitting = unbroadcast(b, bar, value)
    bars.set(value, known ? b.add(known, fitting) : fitting)
  }
  what.outputs.forEach((output, i) => {
    const cotangent = what.cotangents[i]
    if (!cotangent) throw new GraphError(`vjp: output ${i} has no cotangent.`)
    accumulate(output, cotangent)
  })
  for (const node of [...nodes].reverse()) {
    if (!node.inputs.some((x) => active.has(x)) || !node.outputs.some((y) => bars.has(y))) continue
    b.at(`${node.path}'`, () => {
      const inputBars = pullBack(
        b,
        node,
        node.outputs.map((y) => bars.get(y) ?? b.zero(y)),
      )
      node.inputs.forEach((x, i) => {
        const bar = inputBars[i]
        if (bar) accumulate(x, bar)
      })
    })
  }
  return what.wrt.map((value) => bars.get(value) ?? b.zero(value))
}

function pullBack(b: Builder, node: Node, cotangents: readonly Value[]): readonly (Value | null)[] {
  const def = definitionOf<OpName>(b.table, node.op)
  if ('nonDifferentiable' in def.vjp) {
    throw new GraphError(
      `${node.op} at ${node.path} has no derivative: ${def.vjp.nonDifferentiable}.`,
      'Put stopGradient before it.',
    )
  }
  const rule = def.vjp as unknown as (
    b: Builder,
    x: readonly Value[],
    yBar: readonly Value[],
    c: object,
  ) => readonly (Value | null)[]
  return rule(b, node.inputs, cotangents, { attrs: node.attrs, outputs: node.outputs })
}
