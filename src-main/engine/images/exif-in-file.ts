/**
 * Where an EXIF block lies in JPEG and WebP files, found and put there without decoding the picture.
 * Sources: EXIF 2.32, 4.7.2 (JPEG's APP1); WebP container specification, "Extended file format".
 */

const JPEG_EXIF = Buffer.from('Exif\0\0', 'latin1')
/** A JPEG segment's length has two bytes, which count themselves. */
const LONGEST_SEGMENT = 65_535 - 2 - JPEG_EXIF.length

/** A JPEG with this EXIF block as its first segment. Unchanged where the block is too long for one. */
export function withExifInJpeg(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  if (exif.length > LONGEST_SEGMENT) return jpeg
  const head = Buffer.alloc(4)
  head.writeUInt16BE(0xffe1, 0)
  head.writeUInt16BE(2 + JPEG_EXIF.length + exif.length, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, JPEG_EXIF, exif, jpeg.subarray(2)])
}

/** A WebP with this EXIF block. `width` and `height` are the picture's; it has no alpha and no animation. */
export function withExifInWebp(webp: Uint8Array, exif: Uint8Array, width: number, height: number): Uint8Array {
  const extended = Buffer.alloc(10)
  extended[0] = 0x08
  extended.writeUIntLE(width - 1, 4, 3)
  extended.writeUIntLE(height - 1, 7, 3)
  const pictures = riffChunks(webp).filter(({ name }) => name === 'VP8 ' || name === 'VP8L')
  const body = Buffer.concat([
    chunk('VP8X', extended),
    ...pictures.map(({ name, data }) => chunk(name, data)),
    chunk('EXIF', exif),
  ])
  const head = Buffer.alloc(12)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(4 + body.length, 4)
  head.write('WEBP', 8, 'latin1')
  return Buffer.concat([head, body])
}

function chunk(name: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(name, 0, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** The EXIF block of a JPEG or WebP file; undefined where there is none, or the file is neither or damaged. */
export function findExif(file: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8) return exifInJpeg(bytes)
  return riffChunks(bytes).find(({ name }) => name === 'EXIF')?.data
}

function exifInJpeg(bytes: Buffer): Uint8Array | undefined {
  // Segments stand before the picture's data, which begins with FFDA.
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const length = bytes.readUInt16BE(at + 2)
    const data = bytes.subarray(at + 4, at + 2 + length)
    if (bytes[at + 1] === 0xe1 && data.subarray(0, JPEG_EXIF.length).equals(JPEG_EXIF)) return data.subarray(JPEG_EXIF.length)
    at += 2 + Math.max(2, length)
  }
  return undefined
}

function riffChunks(file: Uint8Array): { readonly name: string; readonly data: Uint8Array }[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') return []
  const chunks: { name: string; data: Uint8Array }[] = []
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4)
    if (at + 8 + length > bytes.length) return chunks
    chunks.push({ name: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length + (length % 2)
  }
  return chunks
}
