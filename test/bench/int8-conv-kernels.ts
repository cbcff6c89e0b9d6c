import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { onnx } from '../../src-main/engine/onnx/proto'
import { DATA_TYPE, tensorProto } from '../../src-main/engine/onnx/tensor-proto'
import { THREADS, type Form } from './int8-conv-work'

/** One ONNX Runtime kernel. */
export interface Kernel {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

/** Kernels that no graph of ours needs, as plain ONNX: x f32 → y f32. */
export async function ofKernels(
  kernels: readonly Kernel[],
  constants: Readonly<Record<string, Tensor>>,
  x: Tensor<'f32'>,
): Promise<Pick<Form, 'run' | 'release'> & { y(): Promise<Float32Array> }> {
  const { INT, INTS } = onnx.AttributeProto.AttributeType
  const value = (name: string, dims: number): object => ({
    name,
    type: {
      tensorType: {
        elemType: DATA_TYPE.f32,
        shape: { dim: Array.from({ length: dims }, (_, i) => ({ dimParam: `${name}${i}` })) },
      },
    },
  })
  const bytes = onnx.ModelProto.encode(
    onnx.ModelProto.create({
      irVersion: 10,
      opsetImport: [
        { domain: '', version: 21 },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: 'kernels',
        node: kernels.map(({ op, inputs, outputs, attributes }) => ({
          opType: op,
          domain: op === 'MatMulIntegerToFloat' ? 'com.microsoft' : '',
          input: [...inputs],
          output: [...outputs],
          attribute: Object.entries(attributes ?? {}).map(([name, given]) =>
            typeof given === 'number' ? { name, type: INT, i: given } : { name, type: INTS, ints: [...given] },
          ),
        })),
        initializer: Object.entries(constants).map(([name, given]) => tensorProto(name, given)),
        input: [value('x', x.shape.length)],
        output: [value('y', x.shape.length === 3 ? 2 : 4)],
      },
    }),
  ).finish()
  const { InferenceSession, Tensor: OrtTensor } = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: THREADS, logSeverityLevel: 3 })
  const feeds = { x: new OrtTensor('float32', x.data, [...x.shape]) }
  const y = async (): Promise<Float32Array> => (await session.run(feeds))['y']?.data as Float32Array
  return { run: async () => void (await y()), y, release: () => session.release() }
}
