import { countOf } from '../ir/dim'
import type { Builder } from '../ir/builder'
import type { Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import type { Value } from '../ir/value'
import { isRow, madeBy } from './match'
import { rewrite, type Replacement } from './rewrite'
import { readOnce } from './uses'

/**
 * x·Wᵀ as one Gemm that reads W in torch's layout (O,I): no transposed copy of a weight is ever made, so that it can stay mapped in its
 * file. Rows added to the product (a bias, what Δt adds to q, k and v) become the Gemm's own. Exact up to rounding.
 */
export function fuseGemm(graph: Graph): Graph {
  const once = readOnce(graph)
  return rewrite(graph, (b, node, inputs) => {
    if (node.op === 'MatMul') return product(b, inputs)
    if (node.op === 'Add') return sum(b, node, inputs, once)
    return { kept: `a ${node.op}` }
  })
}

function product(b: Builder, [x, right]: readonly Value[]): Replacement {
  const turn = madeBy(right, 'Transpose')
  const [w] = turn?.inputs ?? []
  if (!x || !w || turn?.attrs.perm.join() !== '1,0') return { kept: 'its right operand is no transposed matrix' }
  if (x.shape.length < 2) return { kept: 'its left operand has no rows' }
  const rows = b.reshape(x, [countOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1])
  const y = b.emit('Gemm', [rows, w], { transB: true })
  return [b.reshape(y, [...x.shape.slice(0, -1), w.shape[0] ?? 1])]
}

function sum(b: Builder, node: Node, inputs: readonly Value[], once: (value: Value) => boolean): Replacement {
  for (const [i, j] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const [y, row] = [inputs[i], inputs[j]]
    const gemm = gemmOf(y)
    if (!y || !row || !gemm || !isRow(row, y.shape.at(-1))) continue
    const read = node.inputs[i]
    if (!read || !once(read)) return { kept: 'its product is used elsewhere' }
    const [x, w, known] = gemm.inputs
    if (!x || !w) continue
    const vector = b.reshape(row, [row.shape.at(-1) ?? 1])
    const begun = b.emit('Gemm', [x, w, known ? b.add(known, vector) : vector], gemm.attrs)
    return [b.reshape(begun, y.shape)]
  }
  return { kept: 'it adds no row to a product' }
}

/** The Gemm that a value is, or is a reshape of. */
function gemmOf(y: Value | undefined): Node<'Gemm'> | undefined {
  const [inner] = madeBy(y, 'Reshape')?.inputs ?? [y]
  return madeBy(inner, 'Gemm')
}
