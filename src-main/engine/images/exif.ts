/**
 * The two texts that pictures other than PNG carry in their EXIF block: ImageDescription (in the first directory) and UserComment (in
 * the Exif directory), where other programs write and read the `parameters` text.
 * Source: EXIF 2.32 (CIPA DC-008), 4.6; TIFF 6.0, section 2.
 */
export interface ExifTexts {
  readonly description?: string
  readonly comment?: string
}

const IMAGE_DESCRIPTION = 0x010e
const EXIF_DIRECTORY = 0x8769
const USER_COMMENT = 0x9286
const ASCII = 2
const LONG = 4
const UNDEFINED = 7
const ENTRY_BYTES = 12
/** More entries than any directory has. */
const MOST_ENTRIES = 1000

/** An EXIF block (TIFF, big-endian) with both texts. The description is ASCII, the comment UTF-16 after the name of its code. */
export function writeExif(description: string, comment: string): Uint8Array {
  const told = Buffer.concat([Buffer.from(description, 'ascii'), Buffer.of(0)])
  const said = Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), utf16(comment)])
  // Header, a directory of two entries, a directory of one, and what they point to.
  const exifAt = 8 + directoryBytes(2)
  const toldAt = exifAt + directoryBytes(1)
  const saidAt = toldAt + told.length + (told.length % 2)
  const block = Buffer.alloc(saidAt + said.length)
  block.write('MM', 0, 'latin1')
  block.writeUInt16BE(42, 2)
  block.writeUInt32BE(8, 4)
  writeDirectory(block, 8, [
    [IMAGE_DESCRIPTION, ASCII, told.length, toldAt],
    [EXIF_DIRECTORY, LONG, 1, exifAt],
  ])
  writeDirectory(block, exifAt, [[USER_COMMENT, UNDEFINED, said.length, saidAt]])
  told.copy(block, toldAt)
  said.copy(block, saidAt)
  return block
}

const directoryBytes = (entries: number): number => 2 + entries * ENTRY_BYTES + 4

type Entry = readonly [tag: number, type: number, count: number, value: number]

function writeDirectory(block: Buffer, at: number, entries: readonly Entry[]): void {
  block.writeUInt16BE(entries.length, at)
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const entry = at + 2 + i * ENTRY_BYTES
    block.writeUInt16BE(tag, entry)
    block.writeUInt16BE(type, entry + 2)
    block.writeUInt32BE(count, entry + 4)
    block.writeUInt32BE(value, entry + 8)
  }
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

/** The texts of an EXIF block, with or without the `Exif\0\0` before it. What is damaged or missing is left out. */
export function readExif(bytes: Uint8Array): ExifTexts {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const block = whole.toString('latin1', 0, 6) === 'Exif\0\0' ? whole.subarray(6) : whole
  const order = block.toString('latin1', 0, 2)
  if ((order !== 'MM' && order !== 'II') || block.length < 8) return {}
  const reader = new TiffReader(block, order === 'II')
  const first = reader.directory(reader.u32(4))
  const exif = first.get(EXIF_DIRECTORY)
  const told = reader.bytes(first.get(IMAGE_DESCRIPTION))
  const said = exif && reader.bytes(reader.directory(exif.value).get(USER_COMMENT))
  return {
    ...(told && { description: told.toString('utf8').replace(/\0.*$/s, '') }),
    ...(said && { comment: commentText(said, order === 'II') }),
  }
}

/** A comment after the name of its code. UTF-16 is big-endian for most writers, whatever the block is; a text tells by its zeros. */
function commentText(said: Buffer, little: boolean): string {
  const code = said.toString('latin1', 0, 8)
  const body = said.subarray(8)
  if (!code.startsWith('UNICODE')) return body.toString('utf8').replace(/\0+$/, '')
  const even = body.subarray(0, body.length - (body.length % 2))
  const zeros = [0, 0]
  for (const [i, byte] of even.entries()) if (byte === 0) zeros[i % 2]!++
  const isLittle = zeros[0] === zeros[1] ? little : zeros[1]! > zeros[0]!
  return (isLittle ? even : Buffer.from(even).swap16()).toString('utf16le').replace(/\0+$/, '')
}

interface Field {
  readonly type: number
  readonly count: number
  /** The value itself where it has at most four bytes, else where it lies. */
  readonly value: number
  readonly at: number
}

class TiffReader {
  constructor(
    private readonly block: Buffer,
    private readonly little: boolean,
  ) {}

  u16(at: number): number {
    if (at + 2 > this.block.length) return 0
    return this.little ? this.block.readUInt16LE(at) : this.block.readUInt16BE(at)
  }

  u32(at: number): number {
    if (at + 4 > this.block.length) return 0
    return this.little ? this.block.readUInt32LE(at) : this.block.readUInt32BE(at)
  }

  directory(at: number): Map<number, Field> {
    const fields = new Map<number, Field>()
    const entries = Math.min(MOST_ENTRIES, at === 0 ? 0 : this.u16(at))
    for (let i = 0; i < entries; i++) {
      const entry = at + 2 + i * ENTRY_BYTES
      const field = { type: this.u16(entry + 2), count: this.u32(entry + 4), value: this.u32(entry + 8), at: entry + 8 }
      fields.set(this.u16(entry), field)
    }
    return fields
  }

  /** The bytes of a text; undefined where there is none or it leads out of the block. */
  bytes(field: Field | undefined): Buffer | undefined {
    if (field === undefined || (field.type !== ASCII && field.type !== UNDEFINED)) return undefined
    const from = field.count <= 4 ? field.at : field.value
    return from + field.count <= this.block.length ? this.block.subarray(from, from + field.count) : undefined
  }
}
