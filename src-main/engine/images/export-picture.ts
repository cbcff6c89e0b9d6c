import type { PictureFormat } from '#shared/schema/picture-format'
import type { Recipe } from '#shared/schema/recipe'
import { writeFileAtomically } from '../files/atomic-write'
import { codec } from './codec'
import { writeExif } from './exif'
import { withExifInJpeg, withExifInWebp } from './exif-in-file'
import { writeInfotext } from './infotext'
import type { Picture } from './picture'
import { encodePng } from './png-write'
import { readPicture } from './read-picture'
import { asciiJson, encodeWithRecipe } from './recipe-in-png'

export interface ExportOptions {
  readonly format: PictureFormat
  /** 1…100, for JPEG and WebP. */
  readonly quality: number
  /** Goes into the file; null: nothing of how the picture was made does. */
  readonly recipe: Recipe | null
}

/** Writes a copy of a picture for other programs. Throws FileError or PictureError. */
export async function exportPicture(file: string, out: string, options: ExportOptions): Promise<void> {
  await writeFileAtomically(out, await encoded(await readPicture(file), options))
}

async function encoded(picture: Picture, { format, quality, recipe }: ExportOptions): Promise<Uint8Array> {
  if (format === 'png') return recipe === null ? encodePng(picture) : encodeWithRecipe(picture, recipe)
  const { width, height, rgb } = picture
  const sharp = await codec()
  const image = sharp(rgb, { raw: { width, height, channels: 3 } })
  // Full colour at high quality: thin coloured lines are what artists see first.
  const jpeg = { quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0', mozjpeg: false }
  const bytes = await (format === 'jpeg' ? image.jpeg(jpeg) : image.webp({ quality, effort: 4 })).toBuffer()
  if (recipe === null) return bytes
  const exif = writeExif(asciiJson(recipe), writeInfotext(recipe))
  return format === 'jpeg' ? withExifInJpeg(bytes, exif) : withExifInWebp(bytes, exif, width, height)
}

/** Writes a picture's thumbnail as WebP, `side` pixels at its longer side, smaller pictures as they are. Throws FileError or PictureError. */
export async function writeThumbnail(file: string, out: string, side: number): Promise<void> {
  const { width, height, rgb } = await readPicture(file)
  const sharp = await codec()
  const bytes = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
  await writeFileAtomically(out, bytes)
}
