import { crc32, inflateRawSync } from 'node:zlib'
import { readAt, withFile } from '../files/read-bytes'
import { FETCH_AGAIN, WeightsError } from './weights-error'

/**
 * The directory of a zip file, zip64 included. Entries stay where they are: stored ones can be used by offset.
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 to 4.3.16 and 4.5.3.
 */

export interface ZipEntry {
  readonly name: string
  /** 0: stored, 8: deflated. */
  readonly method: number
  /** Bytes in the file, and once unpacked. */
  readonly packed: number
  readonly size: number
  readonly checksum: number
  /** Where its local header begins. */
  readonly header: number
}

export interface ZipFile {
  readonly path: string
  /** Bytes of the whole file. */
  readonly bytes: number
  readonly entries: ReadonlyMap<string, ZipEntry>
}

const END = 0x0605_4b50
const END64 = 0x0606_4b50
const END64_LOCATOR = 0x0706_4b50
const CENTRAL = 0x0201_4b50
const LOCAL = 0x0403_4b50

/** Enough for forty thousand entries, which take several times as much in memory. */
const LARGEST_DIRECTORY = 4 * 1024 * 1024
/** A value of a 32-bit field that refers to the zip64 extra field. */
const IN_EXTRA = 0xffff_ffff

/** Reads the directory of a zip file. Throws WeightsError `weights.zip` or `weights.truncated`, FileError. */
export function openZip(path: string): ZipFile {
  return withFile(path, (descriptor, size) => {
    const { offset, length, count } = findDirectory(path, descriptor, size)
    if (length > LARGEST_DIRECTORY || offset + length > size) throw damaged(path, 'a directory that lies outside it')
    const entries = new Map<string, ZipEntry>()
    const bytes = readAt(descriptor, offset, length)
    const view = new DataView(bytes.buffer)
    let at = 0
    for (let i = 0; i < count; i++) {
      if (at + 46 > length || view.getUint32(at, true) !== CENTRAL) throw damaged(path, 'a directory that ends early')
      const [nameLength, extraLength, noteLength] = [
        view.getUint16(at + 28, true),
        view.getUint16(at + 30, true),
        view.getUint16(at + 32, true),
      ]
      const end = at + 46 + nameLength + extraLength + noteLength
      if (end > length) throw damaged(path, 'a directory that ends early')
      const entry = readEntry(path, bytes.subarray(at, end), nameLength, extraLength)
      if (entry.header + 30 + entry.packed > size) throw damaged(path, `an entry '${entry.name}' that lies outside it`)
      if (entries.has(entry.name)) throw damaged(path, `two entries named '${entry.name}'`)
      entries.set(entry.name, entry)
      at = end
    }
    return { path, bytes: size, entries }
  })
}

/** Where the directory lies, from the record at the end of the file. */
function findDirectory(path: string, descriptor: number, size: number): { offset: number; length: number; count: number } {
  // The record has 22 bytes and may be followed by a comment of 65,535.
  const start = Math.max(0, size - 22 - 0xffff)
  const tail = readAt(descriptor, start, size - start)
  const view = new DataView(tail.buffer)
  let at = tail.length - 22
  while (at >= 0 && view.getUint32(at, true) !== END) at--
  if (at < 0) throw new WeightsError('weights.truncated', path, 'is no zip file, or its end is missing', FETCH_AGAIN)
  const found = {
    offset: view.getUint32(at + 16, true),
    length: view.getUint32(at + 12, true),
    count: view.getUint16(at + 10, true),
  }
  if (at < 20 || view.getUint32(at - 20, true) !== END64_LOCATOR) return found
  const record = toCount(path, view.getBigUint64(at - 20 + 8, true))
  if (record + 56 > size) throw damaged(path, 'a zip64 record that lies outside it')
  const wide = new DataView(readAt(descriptor, record, 56).buffer)
  if (wide.getUint32(0, true) !== END64) throw damaged(path, 'no zip64 record where one should be')
  const [count, length, offset] = [32, 40, 48].map((field) => toCount(path, wide.getBigUint64(field, true))) as [
    number,
    number,
    number,
  ]
  return { offset, length, count }
}

function readEntry(path: string, bytes: Uint8Array, nameLength: number, extraLength: number): ZipEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(8, true) & 1) throw damaged(path, 'entries that are encrypted')
  const name = new TextDecoder().decode(bytes.subarray(46, 46 + nameLength))
  const wide = wideFields(bytes.subarray(46 + nameLength, 46 + nameLength + extraLength))
  // The extra field holds, in this order, only those values that did not fit.
  const value = (offset: number): number => {
    const narrow = view.getUint32(offset, true)
    if (narrow !== IN_EXTRA) return narrow
    const next = wide.shift()
    if (next === undefined) throw damaged(path, `an entry '${name}' without its zip64 field`)
    return toCount(path, next)
  }
  const size = value(24)
  const packed = value(20)
  const header = value(42)
  return { name, method: view.getUint16(10, true), packed, size, checksum: view.getUint32(16, true), header }
}

/** The 64-bit values of the zip64 extra field (id 1). */
function wideFields(extra: Uint8Array): bigint[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength)
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const end = at + 4 + view.getUint16(at + 2, true)
    if (view.getUint16(at, true) !== 1 || end > extra.length) continue
    const values: bigint[] = []
    for (let i = at + 4; i + 8 <= end; i += 8) values.push(view.getBigUint64(i, true))
    return values
  }
  return []
}

/** Where the bytes of an entry begin: behind its local header, whose own lengths count. Throws WeightsError. */
export function dataOffset(zip: ZipFile, entry: ZipEntry): number {
  const header = withFile(zip.path, (descriptor) => readAt(descriptor, entry.header, 30))
  const view = new DataView(header.buffer)
  if (header.length < 30 || view.getUint32(0, true) !== LOCAL)
    throw damaged(zip.path, `no entry '${entry.name}' where the directory says`)
  const offset = entry.header + 30 + view.getUint16(26, true) + view.getUint16(28, true)
  if (offset + entry.packed > zip.bytes) throw damaged(zip.path, `an entry '${entry.name}' that lies outside it`)
  return offset
}

/** The content of a small entry, unpacked where it is deflated. Throws WeightsError beyond `limit` bytes or where its checksum is wrong. */
export function readZipEntry(zip: ZipFile, entry: ZipEntry, limit: number): Uint8Array {
  if (entry.size > limit || entry.packed > limit) {
    throw new WeightsError(
      'weights.too-large',
      zip.path,
      `has an entry '${entry.name}' of ${entry.size} bytes, more than ${limit}`,
      FETCH_AGAIN,
    )
  }
  const offset = dataOffset(zip, entry)
  const packed = withFile(zip.path, (descriptor) => readAt(descriptor, offset, entry.packed))
  const bytes = entry.method === 0 ? packed : inflate(zip.path, entry, packed)
  if (bytes.length !== entry.size || crc32(bytes) !== entry.checksum)
    throw damaged(zip.path, `an entry '${entry.name}' whose checksum is wrong`)
  return bytes
}

function inflate(path: string, entry: ZipEntry, packed: Uint8Array): Uint8Array {
  if (entry.method !== 8) throw damaged(path, `an entry '${entry.name}' packed by an unknown method ${entry.method}`)
  try {
    // An entry that claims less than it holds stops at its claim.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) })
  } catch {
    throw damaged(path, `an entry '${entry.name}' that cannot be unpacked to the size it claims`)
  }
}

function toCount(path: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(path, 'sizes beyond any file')
  return Number(value)
}

function damaged(path: string, what: string): WeightsError {
  return new WeightsError('weights.zip', path, `has ${what}`, FETCH_AGAIN)
}
