import { createRequire } from 'node:module'
import type * as OnnxProto from 'onnx-proto'

/** The protobuf classes of ONNX. The package is CommonJS, whose names a plain Node import cannot see. */
export const { onnx } = createRequire(import.meta.url)('onnx-proto') as typeof OnnxProto
