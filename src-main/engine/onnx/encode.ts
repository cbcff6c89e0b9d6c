import type { onnx as Onnx } from 'onnx-proto'
import { nameOf, type Graph } from '../ir/graph'
import type { Node } from '../ir/node'
import { definitionOf, type Attribute, type OpTable } from '../ir/op'
import type { OpName } from '../ir/op-specs'
import type { Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import { DimTensors, type Sink } from './dim-tensors'
import { DATA_TYPE, externalProto, tensorProto, type ExternalData } from './tensor-proto'
import { onnx } from './proto'

const OPSET = 21
const IR_VERSION = 10
const { AttributeType } = onnx.AttributeProto

/** Where a parameter's numbers come from; a parameter that is not listed becomes a graph input. */
export type Initializers = Readonly<Record<string, Tensor | ExternalData>>

/** A graph as ONNX ModelProto bytes (opset 21 and com.microsoft 1). */
export function encodeOnnx(graph: Graph, initializers: Initializers = {}): Uint8Array {
  const inputs = [...graph.inputs, ...graph.params.filter((param) => !(nameOf(param) in initializers))]
  const sink: Sink = { nodes: [], initializers: [] }
  const dims = new DimTensors(inputs, sink)
  for (const constant of graph.constants) {
    if (constant.source.kind === 'constant') sink.initializers.push(tensorProto(nameOf(constant), constant.source.tensor))
  }
  for (const param of graph.params) {
    const from = initializers[nameOf(param)]
    if (from) sink.initializers.push('data' in from ? tensorProto(nameOf(param), from) : externalProto(nameOf(param), from))
  }
  // What stands first runs last among those that are ready: a weight is widened just before its use, never all of them at once.
  for (const node of [...graph.nodes.filter(isWidening), ...graph.nodes.filter((other) => !isWidening(other))]) {
    sink.nodes.push(nodeProto(node, graph.table, dims))
  }
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    // Outputs get their own names; one value may be asked for twice.
    sink.nodes.push({ opType: 'Identity', input: [nameOf(value)], output: [outputName(name)], name: `output ${name}` })
    return valueInfo(outputName(name), value)
  })
  const model = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    producerName: 'tim-studio',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'graph',
      node: sink.nodes,
      initializer: sink.initializers,
      input: inputs.map((value) => valueInfo(nameOf(value), value)),
      output: outputs,
      // The dimensions as we know them: ONNX Runtime's own inference loses those that go through a computed Reshape, and with
      // them the reuse of buffers of equal size (and the time its planner takes to look for one).
      valueInfo: graph.nodes.flatMap((node) => node.outputs.map((value) => valueInfo(nameOf(value), value))),
    },
  })
  return onnx.ModelProto.encode(model).finish()
}

/** The ONNX name of an output, apart from the names of values. */
export function outputName(name: string): string {
  return `out:${name}`
}

/** A cast of a weight, which waits for nothing. */
function isWidening({ op, inputs: [weight] }: Node): boolean {
  return op === 'Cast' && weight?.source.kind === 'param'
}

function nodeProto(node: Node, table: OpTable, dims: DimTensors): Onnx.INodeProto {
  const def = definitionOf<OpName>(table, node.op)
  const form = (
    def.form as ((attrs: object, inputs: readonly Value[]) => ReturnType<NonNullable<typeof def.form>>) | undefined
  )?.(node.attrs, node.inputs)
  const extra = (form?.dimInputs ?? []).map((vector) => dims.vector(vector))
  const [first] = node.outputs
  return {
    opType: form?.as ?? def.onnx,
    domain: def.domain ?? '',
    input: [...node.inputs.map(nameOf), ...extra],
    output: node.outputs.map(nameOf),
    name: `${node.path}/${node.op}#${first?.id ?? 0}`,
    attribute: Object.entries(form?.attributes ?? {}).map(([name, value]) => attributeProto(name, value)),
  }
}

function attributeProto(name: string, value: Attribute): Onnx.IAttributeProto {
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int }
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] }
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float }
  return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.string) }
}

function valueInfo(name: string, value: Value): Onnx.IValueInfoProto {
  const dim = value.shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }))
  return { name, type: { tensorType: { elemType: DATA_TYPE[value.dtype], shape: { dim } } } }
}
