import { crc32, inflateSync } from 'node:zlib'
import { PictureError } from './picture-error'
import type { PngText } from './png-write'

/** No texts that people or programs leave in a picture are longer together; it bounds what small compressed chunks may become. */
const LONGEST_TEXTS = 4 * 1024 * 1024
const MOST_TEXTS = 256

const SIGNATURE = '\u0089PNG\r\n\u001a\n'

const FETCH_AGAIN = 'Fetch the picture again.'

/**
 * The texts of a PNG (tEXt, zTXt, iTXt) without decoding its pixels. Broken checksums of text chunks are refused, other chunks are passed over.
 * Throws PictureError: no PNG, truncated, damaged, too many or too long texts.
 */
export function readPngTexts(bytes: Uint8Array, name: string): PngText[] {
  if (ascii(bytes, 0, 8) !== SIGNATURE) throw new PictureError('picture.format', name, 'is no PNG', 'Choose a PNG file.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: PngText[] = []
  let left = LONGEST_TEXTS
  let at = 8
  for (;;) {
    if (at + 12 > bytes.length) throw truncated(name)
    const length = view.getUint32(at)
    const type = ascii(bytes, at + 4, 4)
    const end = at + 8 + length
    if (end + 4 > bytes.length) throw truncated(name)
    if (at === 8 && type !== 'IHDR')
      throw new PictureError('picture.damaged', name, 'does not begin with a PNG header', FETCH_AGAIN)
    if (type === 'IEND') return texts
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
        throw new PictureError(
          'picture.damaged',
          name,
          `has a ${type} chunk whose checksum is wrong: its text was changed or damaged`,
          FETCH_AGAIN,
        )
      }
      if (texts.length === MOST_TEXTS) throw tooLong(name)
      const found = readText(type, bytes.subarray(at + 8, end), name, left)
      left -= found.text.length
      texts.push(found)
    }
    at = end + 4
  }
}

/** `left` is how long its text may be. */
function readText(type: 'tEXt' | 'zTXt' | 'iTXt', data: Uint8Array, name: string, left: number): PngText {
  const keywordEnd = data.indexOf(0)
  if (keywordEnd < 1 || keywordEnd > 79) throw damaged(name)
  const keyword = ascii(data, 0, keywordEnd)
  if (type === 'tEXt') {
    if (data.length - keywordEnd - 1 > left) throw tooLong(name)
    return { keyword, text: ascii(data, keywordEnd + 1, data.length - keywordEnd - 1) }
  }
  // zTXt: a byte for the method (0: deflate), then the compressed Latin-1 text.
  if (type === 'zTXt') return { keyword, text: decode('latin1', inflate(data, keywordEnd + 2, name, left), name) }
  // iTXt: compressed?, method, language NUL, translated keyword NUL, UTF-8 text.
  const languageEnd = data.indexOf(0, keywordEnd + 3)
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1)
  if (translatedEnd < 0) throw damaged(name)
  const isCompressed = data[keywordEnd + 1] === 1
  const body = isCompressed ? inflate(data, translatedEnd + 1, name, left) : data.subarray(translatedEnd + 1)
  if (body.length > left) throw tooLong(name)
  return { keyword, text: decode('utf-8', body, name) }
}

function inflate(data: Uint8Array, from: number, name: string, left: number): Uint8Array {
  try {
    return inflateSync(data.subarray(from), { maxOutputLength: Math.max(1, left) })
  } catch (error) {
    const isTooLong = error instanceof RangeError
    throw isTooLong ? tooLong(name) : damaged(name)
  }
}

function decode(encoding: 'latin1' | 'utf-8', bytes: Uint8Array, name: string): string {
  if (encoding === 'latin1') return ascii(bytes, 0, bytes.length)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw damaged(name)
  }
}

/** Latin-1 bytes as text, byte for byte. (TextDecoder's "latin1" is Windows-1252.) */
function ascii(bytes: Uint8Array, from: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, from + length)
}

function truncated(name: string): PictureError {
  return new PictureError('picture.truncated', name, 'ends before its last chunk: it is incomplete', FETCH_AGAIN)
}

function damaged(name: string): PictureError {
  return new PictureError('picture.damaged', name, 'has a text chunk that cannot be read', FETCH_AGAIN)
}

function tooLong(name: string): PictureError {
  return new PictureError(
    'picture.too-large',
    name,
    'holds more text than any recipe has',
    'Choose a picture that was made by TiM Studio.',
  )
}
