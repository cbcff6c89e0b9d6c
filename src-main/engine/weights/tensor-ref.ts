import { BYTES, viewAs, type DType } from '../ir/dtype'
import { sizeOf, type Tensor } from '../ir/tensor'
import { readAt, withFile } from '../files/read-bytes'
import { WeightsError } from './weights-error'

/** A tensor where it lies: little-endian, row-major, contiguous bytes of a file. Fits ONNX external data as it is. */
export interface TensorRef<D extends DType = DType> {
  readonly key: string
  readonly dtype: D
  readonly shape: readonly number[]
  readonly file: string
  /** Bytes from the start of the file; no alignment is promised. */
  readonly offset: number
  /** Bytes. */
  readonly length: number
}

/** Named tensors of one or more files. Nothing is read before `read`. */
export interface WeightSource {
  /** What the user named: a file or an index. */
  readonly path: string
  readonly tensors: ReadonlyMap<string, TensorRef>
  readonly metadata: Readonly<Record<string, string>>
  /** Reads one tensor. Throws WeightsError `weights.missing-key`, or FileError. */
  read(key: string): Tensor
}

/** A WeightSource over known references. */
export function weightSource(
  path: string,
  refs: Iterable<TensorRef>,
  metadata: Readonly<Record<string, string>> = {},
): WeightSource {
  const tensors = new Map<string, TensorRef>()
  for (const ref of refs) tensors.set(ref.key, ref)
  return {
    path,
    tensors,
    metadata,
    read: (key) => {
      const ref = tensors.get(key)
      if (!ref) throw missingKey(path, key)
      return readTensor(ref)
    },
  }
}

/** The error for a key that a network needs and a file lacks. */
export function missingKey(path: string, key: string): WeightsError {
  return new WeightsError('weights.missing-key', path, `has no tensor '${key}'`, 'Check that these weights belong to this model.')
}

/** Reads a referenced tensor into host memory. Throws FileError, or WeightsError when the file has shrunk since. */
export function readTensor<D extends DType>(ref: TensorRef<D>): Tensor<D> {
  const data = readSlice(ref, 0, ref.length)
  return { dtype: ref.dtype, shape: ref.shape, data: viewAs(ref.dtype, data.buffer, data.byteOffset, sizeOf(ref.shape)) }
}

/** Pieces in which large tensors are copied: small beside what a machine has, large beside what a read costs. */
const PIECE = 1 << 26

/** The bytes of a referenced tensor in order, some 64 MB at a time. Throws FileError, or WeightsError when the file has shrunk since. */
export function* readPieces(ref: TensorRef): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < ref.length; at += PIECE) yield readSlice(ref, at, Math.min(PIECE, ref.length - at))
}

/** Rows [first, first + count) along the first axis: an embedding's few rows without its whole table. */
export function readRows<D extends DType>(ref: TensorRef<D>, first: number, count: number): Tensor<D> {
  const [rows, ...rest] = ref.shape
  if (
    rows === undefined ||
    !Number.isInteger(first) ||
    !Number.isInteger(count) ||
    first < 0 ||
    count < 0 ||
    first + count > rows
  ) {
    const range = `rows ${first} to ${first + count} of '${ref.key}' (${ref.shape.join(',')}) do not exist`
    throw new WeightsError('weights.rows', ref.file, range, 'Ask for rows inside the tensor.')
  }
  const width = sizeOf(rest)
  const data = readSlice(ref, first * width * BYTES[ref.dtype], count * width * BYTES[ref.dtype])
  return { dtype: ref.dtype, shape: [count, ...rest], data: viewAs(ref.dtype, data.buffer, data.byteOffset, count * width) }
}

function readSlice(ref: TensorRef, from: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = withFile(ref.file, (descriptor) => readAt(descriptor, ref.offset + from, length))
  if (bytes.length !== length) {
    throw new WeightsError(
      'weights.changed',
      ref.file,
      `ends inside '${ref.key}': it changed while in use`,
      'Restore the file, then try again.',
    )
  }
  return bytes
}
