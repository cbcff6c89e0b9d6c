import type { FileHandle } from 'node:fs/promises'
import { BYTES } from '../ir/dtype'
import { sizeOf, type Tensor } from '../ir/tensor'
import { writeAtomically } from '../files/atomic-write'
import { FORMAT_NAMES } from './safetensors'
import { readTensor, type TensorRef } from './tensor-ref'
import { WeightsError } from './weights-error'

export interface WriteOptions {
  /** Text pairs for `__metadata__`, written in the order of their keys. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Bytes written so far and in all, after each tensor. */
  readonly onProgress?: (done: number, total: number) => void
  /** Stops between tensors; nothing is left behind. */
  readonly signal?: AbortSignal
}

/**
 * Writes tensors (in memory, or referenced in other files) as one .safetensors file, atomically.
 * The same tensors give the same bytes whatever their order: larger elements first, then by key (code units).
 * Throws FileError (disk full, …), WeightsError for the reserved key, and the signal's reason.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor | TensorRef> | Readonly<Record<string, Tensor | TensorRef>>,
  options: WriteOptions = {},
): Promise<void> {
  const entries = (tensors instanceof Map ? [...tensors] : Object.entries(tensors)) as [string, Tensor | TensorRef][]
  entries.sort(([a, x], [b, y]) => BYTES[y.dtype] - BYTES[x.dtype] || (a < b ? -1 : 1))
  const { header, total } = encodeHeader(path, entries, options.metadata)
  await writeAtomically(path, async (file) => {
    await writeAll(file, header)
    let done = 0
    for (const [, entry] of entries) {
      options.signal?.throwIfAborted()
      const { data } = 'file' in entry ? readTensor(entry) : entry
      await writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      done += data.byteLength
      options.onProgress?.(done, total)
    }
  })
}

function encodeHeader(
  path: string,
  entries: readonly (readonly [string, Tensor | TensorRef])[],
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
