import { readWhole } from '../files/read-bytes'
import { codec } from './codec'
import { picture, type Picture } from './picture'
import { PictureError } from './picture-error'

/** Larger than any camera's file; read whole into memory. */
const LARGEST_FILE = 256 * 1024 * 1024
/** 16384 × 16384: a decoder holds some bytes for each. */
const MOST_PIXELS = 268_435_456

export interface ReadOptions {
  /** What shows through transparent pixels. */
  readonly background?: { readonly r: number; readonly g: number; readonly b: number }
  readonly mostPixels?: number
  readonly largestFile?: number
}

const WHITE = { r: 255, g: 255, b: 255 }

/**
 * Reads a picture file of any format that the codec knows (PNG, JPEG, WebP, AVIF, TIFF, GIF, SVG; of HEIF files those with AV1): the first page, turned as its EXIF
 * orientation says, converted to 8-bit sRGB (from CMYK, grey, 16 bit, other profiles), transparency laid over a background.
 * Throws FileError, or PictureError for what is no picture, damaged or beyond the limits.
 */
export async function readPicture(path: string, options: ReadOptions = {}): Promise<Picture> {
  return decodePicture(readWhole(path, options.largestFile ?? LARGEST_FILE), path, options)
}

/** As `readPicture`, for bytes; `name` stands for them in errors. */
export async function decodePicture(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Picture> {
  const limit = options.mostPixels ?? MOST_PIXELS
  const sharp = await codec()
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: limit, failOn: 'error' })
      .autoOrient()
      .flatten({ background: options.background ?? WHITE })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return picture(info.width, info.height, threeChannels(data, info.channels))
  } catch (error) {
    if (error instanceof Error && error.message.includes('exceeds pixel limit')) {
      throw new PictureError(
        'picture.too-large',
        name,
        `has more than the ${limit} pixels that are read here`,
        'Make it smaller.',
      )
    }
    if (isHeic(bytes)) throw new PictureError('picture.format', name, HEIC.what, HEIC.remedy, { cause: error })
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const remedy = 'Open it in another program and save it as PNG or JPEG.'
    throw new PictureError('picture.format', name, `cannot be read as a picture (${why})`, remedy, { cause: error })
  }
}

/** The codec reads AV1 in a HEIF container (AVIF); HEVC, which phones write, is under patents. */
const HEIC = {
  what: 'is a HEIC picture (HEVC), which cannot be read here',
  remedy:
    'Save it as JPEG or PNG: open it on the phone or computer that made it and export it. An iPhone takes JPEG with Settings › Camera › Formats › Most Compatible.',
} as const

/** Whether the first brands of a HEIF container (ISO 23008-12) name HEVC. */
function isHeic(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(4, 12))
  return /^ftyp(hei[cxms]|hev[cxms])$/.test(text)
}

/** Grey that the codec left in one channel, spread over three. */
function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data
  const rgb = new Uint8Array((data.length / channels) * 3)
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * channels]!
  return rgb
}

export type Fit = 'cover' | 'contain' | 'fill'

/** Resamples (Lanczos 3) to exactly width × height pixels; `cover` crops around the middle, `contain` adds white, `fill` distorts. */
export async function resizePicture(source: Picture, width: number, height: number, fit: Fit = 'cover'): Promise<Picture> {
  if (source.width === width && source.height === height) return source
  const sharp = await codec()
  const raw = { width: source.width, height: source.height, channels: 3 } as const
  const data = await sharp(source.rgb, { raw, limitInputPixels: false })
    .resize(width, height, { fit, background: WHITE })
    .raw()
    .toBuffer()
  return picture(width, height, data)
}
