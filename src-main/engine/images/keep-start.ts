import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBitmap } from '#shared/mask/bitmap'
import { RECIPE_LIMITS } from '#shared/schema/recipe'
import type { PictureSides } from '#shared/schema/start-place'
import type { StartPicture } from '#shared/schema/start-picture'
import { writeFileAtomically } from '../files/atomic-write'
import type { Picture } from './picture'
import { PictureError } from './picture-error'
import { encodePng } from './png-write'
import { readPicture } from './read-picture'
import { resample } from './resample'

/**
 * Keeps any picture file as one to start from: its pixels as PNG under the hash of that file, so that every machine starts from the same
 * ones. What is larger than any picture that can be drawn is made smaller. Throws PictureError, FileError.
 */
export async function keepStartPicture(starts: string, file: string): Promise<StartPicture> {
  const picture = drawable(await readPicture(file))
  const sha256 = await keep(starts, encodePng(picture), 'png')
  return { sha256, width: picture.width, height: picture.height }
}

/**
 * Keeps any picture file as the mask of a picture to start from: light is drawn anew, dark stays. Returns its hash. Throws PictureError,
 * also where it is of another size, and FileError.
 */
export async function keepStartMask(starts: string, file: string, { width, height }: PictureSides): Promise<string> {
  const { rgb, ...found } = drawable(await readPicture(file))
  if (found.width !== width || found.height !== height) {
    const what = `has ${found.width} × ${found.height} pixels and the picture that it is for ${width} × ${height}`
    throw new PictureError('picture.size', file, what, 'Give a mask of the size of the picture.')
  }
  const pixels = new Uint8Array(width * height)
  // Rec. 601: how light a colour looks.
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = Number(299 * rgb[3 * i]! + 587 * rgb[3 * i + 1]! + 114 * rgb[3 * i + 2]! >= 127_500)
  return keep(starts, encodeBitmap({ width, height, pixels }), 'pbm')
}

function drawable(picture: Picture): Picture {
  const scale = RECIPE_LIMITS.side / Math.max(picture.width, picture.height)
  if (scale >= 1) return picture
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale))
  return resample(picture, side(picture.width), side(picture.height))
}

async function keep(starts: string, bytes: Uint8Array, ending: 'png' | 'pbm'): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = join(starts, `${sha256}.${ending}`)
  if (!existsSync(file)) await writeFileAtomically(file, bytes)
  return sha256
}
