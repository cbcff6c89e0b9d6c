import { nameOf, type Graph } from './graph'
import type { Node } from './node'
import { showType, type Value, type ValueType } from './value'

/**
 * A graph as text to read and to compare: its inputs and parameters, then each node under the scope it was built in.
 *
 *     input x f32(b,4)
 *     param w f32(4,2)
 *     blocks.0
 *       v2 f32(b,2) = MatMul(x, w)
 *     output y = v2
 */
export function printGraph(graph: Graph): string {
  const lines = [
    ...graph.inputs.map((value) => `input ${nameOf(value)} ${showType(value)}`),
    ...graph.params.map((value) => `param ${nameOf(value)} ${showType(value)}`),
  ]
  let path: string | undefined
  for (const node of graph.nodes) {
    if (node.path !== path) lines.push(node.path || 'top')
    path = node.path
    lines.push(`  ${showNode(node)}`)
  }
  return [...lines, ...Object.entries(graph.outputs).map(([name, value]) => `output ${name} = ${showValue(value)}`)].join('\n')
}

/** v7 f32(b,2) = Slice(x; axis 1, start 0, end 2, step 1) */
function showNode({ op, inputs, outputs, attrs }: Node): string {
  const settings = Object.entries(attrs).map(([name, value]) => `${name} ${showAttribute(value)}`)
  const operands = inputs.map(showValue).join(', ')
  const results = outputs.map((value) => `${nameOf(value)} ${showType(value)}`).join(', ')
  return `${results} = ${op}(${operands}${settings.length > 0 ? `; ${settings.join(', ')}` : ''})`
}

function showAttribute(value: unknown): string {
  return Array.isArray(value) ? `(${value.join(',')})` : String(value)
}

/** A name; a scalar constant by its number, another constant by its type. */
function showValue(value: Value): string {
  const { source } = value
  if (source.kind === 'zero') return `0 ${showType(value)}`
  if (source.kind !== 'constant') return nameOf(value)
  return value.shape.length === 0 && !isHalf(value) ? String(source.tensor.data[0]) : `constant ${showType(value)}`
}

function isHalf({ dtype }: ValueType): boolean {
  return dtype === 'f16' || dtype === 'bf16'
}
