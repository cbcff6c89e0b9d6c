import { tensor, type Tensor } from '../ir/tensor'
import { PictureError } from './picture-error'

/** 8-bit sRGB, three channels interleaved, rows from the top, no padding. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** width · height · 3 bytes. */
  readonly rgb: Uint8Array
}

/** A picture over `rgb`. Throws PictureError where the bytes do not fit the size. */
export function picture(width: number, height: number, rgb: Uint8Array): Picture {
  const fits = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 && rgb.length === width * height * 3
  if (!fits) {
    const what = `of ${width}×${height} has ${rgb.length} bytes and needs three for each pixel`
    throw new PictureError('picture.size', 'A picture', what, 'Give width and height of the pixels themselves.')
  }
  return { width, height, rgb }
}

/**
 * What an autoencoder is fed: x/127.5 − 1.
 * Shape: pictures of one size → (B,3,H,W) f32 in [−1, 1]. Throws PictureError where sizes differ.
 */
export function toTensor(pictures: readonly Picture[]): Tensor<'f32'> {
  const { width, height } = pictures[0] ?? { width: 0, height: 0 }
  const area = width * height
  const out = new Float32Array(pictures.length * 3 * area)
  pictures.forEach((each, b) => {
    if (each.width !== width || each.height !== height) {
      const what = `has ${each.width}×${each.height} pixels where the first of its batch has ${width}×${height}`
      throw new PictureError('picture.size', `Picture ${b}`, what, 'Resize the pictures of a batch to one size.')
    }
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) out[(b * 3 + c) * area + i] = each.rgb[i * 3 + c]! / 127.5 - 1
    }
  })
  return tensor('f32', [pictures.length, 3, height, width], out)
}

/**
 * ⌊clamp(127.5·x + 128, 0, 255)⌋: truncated, as the reference does, not rounded. NaN is black.
 * Shape: (B,3,H,W) → (B,3,H,W) u8.
 */
export function toBytes(images: Tensor<'f32'>): Tensor<'u8'> {
  const out = new Uint8Array(images.data.length)
  for (let i = 0; i < out.length; i++) {
    const value = 127.5 * images.data[i]! + 128
    out[i] = value >= 255 ? 255 : value > 0 ? value : 0
  }
  return tensor('u8', images.shape, out)
}

/** The pictures of an autoencoder's output. Shape: (B,3,H,W) f32 → B pictures. Throws PictureError on other shapes. */
export function toPictures(images: Tensor<'f32'>): Picture[] {
  const [count, channels, height, width] = images.shape
  if (images.shape.length !== 4 || channels !== 3 || count === undefined || height === undefined || width === undefined) {
    throw new PictureError(
      'picture.size',
      'A tensor',
      `of shape (${images.shape.join(',')}) is no batch of RGB images (B,3,H,W)`,
      'Decode it first.',
    )
  }
  const { data } = toBytes(images)
  const area = width * height
  return Array.from({ length: count }, (_, b) => {
    const rgb = new Uint8Array(area * 3)
    for (let c = 0; c < 3; c++) for (let i = 0; i < area; i++) rgb[i * 3 + c] = data[(b * 3 + c) * area + i]!
    return picture(width, height, rgb)
  })
}
