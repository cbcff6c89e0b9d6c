import type { Builder } from '../ir/builder'
import { isFloat } from '../ir/dtype'
import { GraphError } from '../ir/errors'
import { subgraphOf } from '../ir/graph'
import type { Node } from '../ir/node'
import { definitionOf } from '../ir/op'
import type { OpName } from '../ir/op-specs'
import { sameShape } from '../ir/shape'
import { isZero, type Value } from '../ir/value'

/**
 * Forward mode: appends to `b` the nodes that compute the tangents of `outputs` when each of `inputs` moves with its tangent
 * (a symbolic zero where nothing moves). Throws GraphError where a moving value meets an op without derivative.
 */
export function jvp(
  b: Builder,
  what: { readonly outputs: readonly Value[]; readonly inputs: readonly Value[]; readonly tangents: readonly Value[] },
): Value[] {
  const dots = new Map<Value, Value>()
  what.inputs.forEach((input, i) => {
    const tangent = what.tangents[i]
    if (!tangent || !sameShape(tangent.shape, input.shape))
      throw new GraphError(`jvp: input ${i} needs a tangent of its own shape.`)
    dots.set(input, tangent)
  })
  const { nodes } = subgraphOf(Object.fromEntries(what.outputs.map((value, i) => [i, value])))
  for (const node of nodes) {
    if (!node.inputs.some((x) => dots.has(x))) continue
    b.at(`${node.path}·`, () => {
      const tangents = pushForward(
        b,
        node,
        node.inputs.map((x) => dots.get(x) ?? b.zero(x)),
      )
      node.outputs.forEach((y, i) => {
        const tangent = tangents[i]
        if (!tangent || isZero(tangent) || dots.has(y) || !isFloat(y.dtype)) return
        dots.set(y, b.expand(tangent, y.shape))
      })
    })
  }
  return what.outputs.map((value) => dots.get(value) ?? b.zero(value))
}

function pushForward(b: Builder, node: Node, tangents: readonly Value[]): readonly Value[] {
  const def = definitionOf<OpName>(b.table, node.op)
  if ('nonDifferentiable' in def.jvp) {
    if (node.outputs.every((y) => !isFloat(y.dtype))) return node.outputs.map((y) => b.zero(y))
    throw new GraphError(
      `${node.op} at ${node.path} has no derivative: ${def.jvp.nonDifferentiable}.`,
      'Put stopGradient before it.',
    )
  }
  const rule = def.jvp as unknown as (b: Builder, x: readonly Value[], xDot: readonly Value[], c: object) => readonly Value[]
  return rule(b, node.inputs, tangents, { attrs: node.attrs, outputs: node.outputs })
}
