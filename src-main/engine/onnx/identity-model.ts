import { onnx } from './proto'

/** ONNX ModelProto bytes of y = x, f32 (n): the smallest graph that opens a device. */
export function identityModel(): Uint8Array {
  const value = (name: string): object => ({
    name,
    type: { tensorType: { elemType: onnx.TensorProto.DataType.FLOAT, shape: { dim: [{ dimParam: 'n' }] } } },
  })
  const model = onnx.ModelProto.create({
    irVersion: 10,
    opsetImport: [{ domain: '', version: 21 }],
    graph: {
      name: 'identity',
      node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
      input: [value('x')],
      output: [value('y')],
    },
  })
  return onnx.ModelProto.encode(model).finish()
}
