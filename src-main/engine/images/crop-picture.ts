import { codec } from './codec'
import { picture, type Picture } from './picture'

/** A part of a picture: pixels from its left upper corner. */
export interface Crop {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A part of a picture, resampled (Lanczos 3) to width × height pixels, mirrored left to right where asked. */
export async function cropPicture(
  source: Picture,
  crop: Crop,
  to: { readonly width: number; readonly height: number; readonly mirror?: boolean },
): Promise<Picture> {
  const sharp = await codec()
  const raw = { width: source.width, height: source.height, channels: 3 } as const
  const data = await sharp(source.rgb, { raw, limitInputPixels: false })
    .extract({ left: crop.left, top: crop.top, width: crop.width, height: crop.height })
    .resize(to.width, to.height, { fit: 'fill' })
    .raw()
    .toBuffer()
  return to.mirror === true ? mirrored(picture(to.width, to.height, data)) : picture(to.width, to.height, data)
}

function mirrored({ width, height, rgb }: Picture): Picture {
  const out = new Uint8Array(rgb.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3
      out.set(rgb.subarray(from, from + 3), (y * width + width - 1 - x) * 3)
    }
  }
  return picture(width, height, out)
}
