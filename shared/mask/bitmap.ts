/**
 * Masks as files: the plain bitmap format PBM (P4), a line of text and one bit a pixel. Window and engine write the same bytes for the
 * same mask, so that a mask can be known by the hash of its file.
 */

/** Pixels of a mask, a byte each, rows from the top: 1 is drawn anew, 0 stays. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

const LARGEST_SIDE = 16_384

/** The file of a mask: "P4\nWIDTH HEIGHT\n", then rows of bits, the left pixel highest, each row filled up to whole bytes with 0. */
export function encodeBitmap({ width, height, pixels }: Bitmap): Uint8Array<ArrayBuffer> {
  const header = Uint8Array.from(`P4\n${width} ${height}\n`, (sign) => sign.charCodeAt(0))
  const stride = Math.ceil(width / 8)
  const out = new Uint8Array(header.length + stride * height)
  out.set(header)
  for (let y = 0; y < height; y++) {
    const row = header.length + y * stride
    for (let x = 0; x < width; x++) if (pixels[y * width + x] === 1) out[row + (x >> 3)]! |= 0x80 >> (x & 7)
  }
  return out
}

/** The size of a mask by the first line of its file; undefined where that is none, or the file is longer or shorter than it says. */
export function bitmapSize(
  bytes: Uint8Array,
): { readonly width: number; readonly height: number; readonly from: number } | undefined {
  const head = /^P4\n([1-9]\d{0,4}) ([1-9]\d{0,4})\n/.exec(String.fromCharCode(...bytes.subarray(0, 16)))
  const [width, height] = [Number(head?.[1]), Number(head?.[2])]
  if (head === null || width > LARGEST_SIDE || height > LARGEST_SIDE) return undefined
  const from = head[0].length
  return bytes.length === from + Math.ceil(width / 8) * height ? { width, height, from } : undefined
}

/** The mask in such a file; undefined for any other bytes: a longer or shorter file, bits beyond a row's end, comments. */
export function decodeBitmap(bytes: Uint8Array): Bitmap | undefined {
  const size = bitmapSize(bytes)
  if (size === undefined) return undefined
  const { width, height, from } = size
  const stride = Math.ceil(width / 8)
  const beyond = 0xff >> (width % 8 || 8)
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = from + y * stride
    if (((bytes[row + stride - 1] ?? 0) & beyond) !== 0) return undefined
    for (let x = 0; x < width; x++) pixels[y * width + x] = ((bytes[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
  }
  return { width, height, pixels }
}
