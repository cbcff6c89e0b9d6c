import { BYTES, type DType } from '../ir/dtype'
import { readAt, withFile } from '../files/read-bytes'
import { parseJsonObject } from './json-object'
import { weightSource, type TensorRef, type WeightSource } from './tensor-ref'
import { FETCH_AGAIN, WeightsError } from './weights-error'

/**
 * Reader of .safetensors: 8 bytes little-endian header length, a JSON header
 * {key: {dtype, shape, data_offsets: [begin, end]}, "__metadata__": {…}}, then the data.
 * Source: github.com/huggingface/safetensors, "Format". As there, the data may have neither holes nor overlaps.
 */

/** Names of the format → ours. F64 and the 8-bit floats have no place in our graphs. */
const DTYPES: ReadonlyMap<unknown, DType> = new Map<unknown, DType>([
  ['F32', 'f32'],
  ['F16', 'f16'],
  ['BF16', 'bf16'],
  ['I64', 'i64'],
  ['I32', 'i32'],
  ['BOOL', 'bool'],
  ['U8', 'u8'],
  ['I8', 'i8'],
])

/** Ours → names of the format. */
export const FORMAT_NAMES: { readonly [D in DType]: string } = {
  f32: 'F32',
  f16: 'F16',
  bf16: 'BF16',
  i64: 'I64',
  i32: 'I32',
  bool: 'BOOL',
  u8: 'U8',
  i8: 'I8',
}

/** Real headers have some hundred kilobytes; the format allows 100 MB. In memory they take ten times their bytes. */
const LARGEST_HEADER = 32 * 1024 * 1024
/** Beyond this many bytes, a header must be a small part of its file. */
const FREE_HEADER = 1024 * 1024
const SMALLEST_SHARE = 16
const HIGHEST_RANK = 16

/** Opens a .safetensors file: reads and checks the header, no data. Throws WeightsError or FileError. */
export function openSafetensors(path: string): WeightSource {
  const { header, dataStart, size } = readHeader(path)
  const refs: TensorRef[] = []
  let metadata: Readonly<Record<string, string>> = {}
  for (const [key, entry] of header) {
    if (key === '__metadata__') metadata = readMetadata(path, entry)
    else refs.push(readEntry(path, key, entry, dataStart))
  }
  checkLayout(path, refs, dataStart, size)
  return weightSource(path, refs, metadata)
}

function readHeader(path: string): { header: Map<string, unknown>; dataStart: number; size: number } {
  return withFile(path, (descriptor, size) => {
    if (size < 8)
      throw new WeightsError('weights.truncated', path, `has ${size} bytes, less than any .safetensors file`, FETCH_AGAIN)
    const prefix = readAt(descriptor, 0, 8)
    const length = new DataView(prefix.buffer).getBigUint64(0, true)
    if (length > BigInt(LARGEST_HEADER)) {
      const what = `claims a header of ${length} bytes (at most ${LARGEST_HEADER} are read): it is no .safetensors file, or it is damaged`
      throw new WeightsError('weights.header', path, what, FETCH_AGAIN)
    }
    const dataStart = 8 + Number(length)
    if (dataStart > size) {
      throw new WeightsError(
        'weights.truncated',
        path,
        `ends inside its header (${size} of at least ${dataStart} bytes)`,
        FETCH_AGAIN,
      )
    }
    if (Number(length) > FREE_HEADER && Number(length) * SMALLEST_SHARE > size) {
      const what = `has a header of ${length} bytes for ${size - dataStart} bytes of data: it is damaged`
      throw new WeightsError('weights.header', path, what, FETCH_AGAIN)
    }
    const parsed = parseJsonObject(readAt(descriptor, 8, Number(length)))
    if (!parsed.ok) throw new WeightsError('weights.header', path, `has a damaged header: ${parsed.why}`, FETCH_AGAIN)
    if (parsed.duplicate !== undefined) {
      const what = `names '${parsed.duplicate}' twice in its header`
      throw new WeightsError('weights.duplicate', path, what, FETCH_AGAIN)
    }
    return { header: parsed.entries, dataStart, size }
  })
}

function readMetadata(path: string, entry: unknown): Record<string, string> {
  if (isRecord(entry)) {
    const metadata: Record<string, string> = Object.create(null)
    for (const [key, value] of Object.entries(entry)) {
      if (typeof value !== 'string')
        throw new WeightsError('weights.header', path, `has metadata '${key}' that is no text`, FETCH_AGAIN)
      metadata[key] = value
    }
    return metadata
  }
  throw new WeightsError('weights.header', path, 'has __metadata__ that is no object', FETCH_AGAIN)
}

function readEntry(path: string, key: string, entry: unknown, dataStart: number): TensorRef {
  const wrong = (what: string): WeightsError =>
    new WeightsError('weights.tensor', path, `has a tensor '${key}' ${what}`, FETCH_AGAIN)
  if (!isRecord(entry)) throw wrong('that is not described by an object')
  const dtype = DTYPES.get(entry['dtype'])
  if (dtype === undefined) {
    const what = `has a tensor '${key}' of dtype ${JSON.stringify(entry['dtype'])}`
    throw new WeightsError('weights.dtype', path, what, `Convert the weights to one of ${[...DTYPES.keys()].join(', ')}.`)
  }
  const shape = entry['shape']
  if (!Array.isArray(shape) || shape.length > HIGHEST_RANK || !shape.every(isCount))
    throw wrong('whose shape is no list of counts')
  const offsets = entry['data_offsets']
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw wrong('whose data_offsets are no pair of counts')
  const [begin, end] = offsets as [number, number]
  const length = shape.reduce<number>((product, dim) => product * dim, BYTES[dtype])
  if (!Number.isSafeInteger(length) || end - begin !== length) {
    throw wrong(`of shape (${shape.join(',')}) and dtype ${String(entry['dtype'])} in ${end - begin} bytes, which need ${length}`)
  }
  return { key, dtype, shape, file: path, offset: dataStart + begin, length }
}

/** In order of their offsets the tensors must tile the data exactly. */
function checkLayout(path: string, refs: readonly TensorRef[], dataStart: number, size: number): void {
  let at = dataStart
  let before = ''
  for (const ref of [...refs].sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (ref.offset < at) {
      throw new WeightsError('weights.overlap', path, `has tensors '${before}' and '${ref.key}' that overlap`, FETCH_AGAIN)
    }
    if (ref.offset > at) {
      throw new WeightsError(
        'weights.tensor',
        path,
        `has ${ref.offset - at} unclaimed bytes before tensor '${ref.key}'`,
        FETCH_AGAIN,
      )
    }
    at += ref.length
    before = ref.key
    if (at > size) {
      throw new WeightsError('weights.truncated', path, `ends inside tensor '${ref.key}' (it has ${size} bytes)`, FETCH_AGAIN)
    }
  }
  if (at < size) throw new WeightsError('weights.trailing', path, `has ${size - at} bytes after its last tensor`, FETCH_AGAIN)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
