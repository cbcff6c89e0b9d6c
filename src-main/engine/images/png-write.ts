import { crc32 } from 'node:zlib'
import { zlibSync } from 'fflate'
import type { Picture } from './picture'
import { filterRows } from './png-filter'

/** A keyword of at most 79 Latin-1 characters and its text. */
export interface PngText {
  readonly keyword: string
  readonly text: string
}

/**
 * Part of what makes `generate --from` byte-identical: one level, and one deflate written in JavaScript. (Node and Electron carry
 * different zlibs, whose output differs.)
 */
const LEVEL = 3

/** Pixels up to which a picture is stored as it is: there is less to gain than a path of quick steps loses by it. */
const TINY = 48 * 48

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** A picture as PNG: 8-bit RGB, not interlaced, texts before the pixels. The same input gives the same bytes on every machine. */
export function encodePng(picture: Picture, texts: readonly PngText[] = []): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, picture.width)
  view.setUint32(4, picture.height)
  // 8 bits a sample, colour type 2 (RGB), deflate, the standard filters, no interlacing.
  header.set([8, 2, 0, 0, 0], 8)
  const isTiny = picture.width * picture.height <= TINY
  const pixels = isTiny
    ? zlibSync(unfilteredRows(picture), { level: 0 })
    : zlibSync(filterRows(picture.rgb, picture.width * 3, 3), { level: LEVEL })
  return concatenate([
    SIGNATURE,
    chunk('IHDR', header),
    ...texts.map(textChunk),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Each row after the filter byte of none. */
function unfilteredRows({ width, height, rgb }: Picture): Uint8Array {
  const stride = width * 3
  const rows = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  return rows
}

/** tEXt holds Latin-1; what does not fit goes into iTXt as UTF-8 (uncompressed, no language). As Pillow's add_text chooses. */
function textChunk({ keyword, text }: PngText): Uint8Array {
  const name = latin1(keyword)
  if (!name || name.length === 0 || name.length > 79)
    throw new RangeError(`PNG keyword '${keyword}' must have 1 to 79 Latin-1 characters.`)
  const body = latin1(text)
  if (body) return chunk('tEXt', concatenate([name, Uint8Array.of(0), body]))
  return chunk('iTXt', concatenate([name, Uint8Array.of(0, 0, 0, 0, 0), new TextEncoder().encode(text)]))
}

/** The bytes of a text of Latin-1 characters without NUL; undefined for other texts. */
function latin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0 || code > 255) return undefined
    bytes[i] = code
  }
  return bytes
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
