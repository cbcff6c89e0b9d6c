/** Element types of the graphs. Spelt short as in papers; `onnx/encode` maps them to TensorProto codes. */
export type DType = 'f32' | 'f16' | 'bf16' | 'i64' | 'i32' | 'bool' | 'u8' | 'i8'

/** Host storage of each dtype. f16 and bf16 travel as their bit patterns, bool as 0 or 1. */
export interface Storage {
  f32: Float32Array
  f16: Uint16Array
  bf16: Uint16Array
  i64: BigInt64Array
  i32: Int32Array
  bool: Uint8Array
  u8: Uint8Array
  i8: Int8Array
}

/** Bytes of one element. */
export const BYTES: { readonly [D in DType]: number } = { f32: 4, f16: 2, bf16: 2, i64: 8, i32: 4, bool: 1, u8: 1, i8: 1 }

/** Dtypes that carry derivatives. */
export function isFloat(dtype: DType): dtype is 'f32' | 'f16' | 'bf16' {
  return dtype === 'f32' || dtype === 'f16' || dtype === 'bf16'
}

const CONSTRUCTORS: { readonly [D in DType]: new (buffer: ArrayBufferLike, offset: number, length: number) => Storage[D] } = {
  f32: Float32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  i32: Int32Array,
  bool: Uint8Array,
  u8: Uint8Array,
  i8: Int8Array,
}

/** A zeroed host array of `length` elements. */
export function allocate<D extends DType>(dtype: D, length: number): Storage[D] {
  return new CONSTRUCTORS[dtype](new ArrayBuffer(length * BYTES[dtype]), 0, length)
}

/** `length` elements of `buffer` from byte `offset`; copies only where the platform needs alignment. */
export function viewAs<D extends DType>(dtype: D, buffer: ArrayBufferLike, offset: number, length: number): Storage[D] {
  if (offset % BYTES[dtype] === 0) return new CONSTRUCTORS[dtype](buffer, offset, length)
  const copy = buffer.slice(offset, offset + length * BYTES[dtype])
  return new CONSTRUCTORS[dtype](copy, 0, length)
}
