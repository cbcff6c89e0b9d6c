import type { FileHandle } from 'node:fs/promises'
import { BYTES, type DType } from '../ir/dtype'
import { sizeOf, type Tensor } from '../ir/tensor'
import { writeAtomically } from '../files/atomic-write'
import { FORMAT_NAMES } from './safetensors'
import { readPieces, type TensorRef } from './tensor-ref'
import { WeightsError } from './weights-error'

export interface WriteOptions {
  /** Text pairs for `__metadata__`, written in the order of their keys. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Bytes of tensors written so far and in all, after each piece. */
  readonly onProgress?: (done: number, total: number) => void
  /** Stops between pieces; nothing is left behind. */
  readonly signal?: AbortSignal
  /** Hears all bytes of the file in order: for a checksum that needs no second reading. */
  readonly onBytes?: (bytes: Uint8Array) => void
}

/** A tensor that is made while it is written, so that it never lies in memory whole. */
export interface TensorPieces {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Its bytes in order: little-endian, row-major. */
  readonly pieces: () => Iterable<Uint8Array>
}

/** What can be written: a tensor in memory, one that lies in another file, or one that is made piece by piece. */
export type Writable = Tensor | TensorRef | TensorPieces

/**
 * Writes tensors as one .safetensors file, atomically.
 * The same tensors give the same bytes whatever their order: larger elements first, then by key (code units).
 * Throws FileError (disk full, …), WeightsError for the reserved key, and the signal's reason.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Writable> | Readonly<Record<string, Writable>>,
  options: WriteOptions = {},
): Promise<void> {
  const entries = (tensors instanceof Map ? [...tensors] : Object.entries(tensors)) as [string, Writable][]
  entries.sort(([a, x], [b, y]) => BYTES[y.dtype] - BYTES[x.dtype] || (a < b ? -1 : 1))
  const { header, total } = encodeHeader(path, entries, options.metadata)
  await writeAtomically(path, async (file) => {
    await writeAll(file, header)
    options.onBytes?.(header)
    let done = 0
    for (const [key, entry] of entries) {
      const end = done + sizeOf(entry.shape) * BYTES[entry.dtype]
      for (const bytes of piecesOf(entry)) {
        options.signal?.throwIfAborted()
        await writeAll(file, bytes)
        options.onBytes?.(bytes)
        done += bytes.byteLength
        options.onProgress?.(done, total)
      }
      if (done !== end) throw new RangeError(`writeSafetensors: '${key}' came with ${done - end} bytes more than its shape has.`)
    }
  })
}

function piecesOf(entry: Writable): Iterable<Uint8Array> {
  if ('pieces' in entry) return entry.pieces()
  if ('file' in entry) return readPieces(entry)
  return [new Uint8Array(entry.data.buffer, entry.data.byteOffset, entry.data.byteLength)]
}

function encodeHeader(
  path: string,
  entries: readonly (readonly [string, Writable])[],
  metadata: Readonly<Record<string, string>> | undefined,
): { header: Uint8Array; total: number } {
  const members: string[] = []
  if (metadata) {
    const pairs = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))
    members.push(`"__metadata__":{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`)
  }
  let total = 0
  for (const [key, { dtype, shape }] of entries) {
    if (key === '__metadata__') {
      throw new WeightsError(
        'weights.tensor',
        path,
        `cannot hold a tensor named '${key}': the format reserves it`,
        'Rename the tensor.',
      )
    }
    const end = total + sizeOf(shape) * BYTES[dtype]
    members.push(`${JSON.stringify(key)}:${JSON.stringify({ dtype: FORMAT_NAMES[dtype], shape, data_offsets: [total, end] })}`)
    total = end
  }
  const json = new TextEncoder().encode(`{${members.join(',')}}`)
  // Spaces bring the data to a multiple of 8 bytes.
  const length = Math.ceil(json.length / 8) * 8
  const header = new Uint8Array(8 + length).fill(0x20, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(json, 8)
  return { header, total }
}

/** One write may store less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 1 << 26))
    done += bytesWritten
  }
}
