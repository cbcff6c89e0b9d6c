import type { onnx as Onnx } from 'onnx-proto'
import type { DType } from '../ir/dtype'
import type { Tensor } from '../ir/tensor'
import { onnx } from './proto'

/** TensorProto.DataType of each dtype. */
export const DATA_TYPE: { readonly [D in DType]: number } = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, bf16: 16 }

/** A tensor inside the model. */
export function tensorProto(name: string, value: Tensor): Onnx.ITensorProto {
  const { buffer, byteOffset, byteLength } = value.data
  return {
    name,
    dataType: DATA_TYPE[value.dtype],
    dims: [...value.shape],
    rawData: new Uint8Array(buffer, byteOffset, byteLength),
  }
}

/** Bytes of a tensor inside another file. */
export interface ExternalData {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Absolute path. */
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** A tensor that stays in its file; ONNX Runtime maps it from there. The location is relative to the root folder '/'. */
export function externalProto(name: string, data: ExternalData): Onnx.ITensorProto {
  const entry = (key: string, value: string): Onnx.IStringStringEntryProto => ({ key, value })
  return {
    name,
    dataType: DATA_TYPE[data.dtype],
    dims: [...data.shape],
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: [
      entry('location', data.file.replace(/^\/+/, '')),
      entry('offset', String(data.offset)),
      entry('length', String(data.length)),
    ],
  }
}

/** An int64 vector. */
export function int64Tensor(name: string, values: readonly number[]): Onnx.ITensorProto {
  return tensorProto(name, { dtype: 'i64', shape: [values.length], data: BigInt64Array.from(values, BigInt) })
}
