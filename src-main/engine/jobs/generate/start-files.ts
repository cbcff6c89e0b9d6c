import { createHash } from 'node:crypto'
import type { StartFiles } from '#shared/engine/protocol'
import { decodeBitmap, type Bitmap } from '#shared/mask/bitmap'
import type { StartFrom } from '#shared/schema/recipe'
import { readWhole } from '../../files/read-bytes'
import { decodePicture } from '../../images/read-picture'
import { StartError } from './start-error'
import type { StartParts } from './start-layout'

/** Larger than any picture of the largest size. */
const LARGEST_FILE = 1024 * 1024 * 1024

/** Reads what a recipe starts from, and checks that it is what the recipe names. Throws StartError, PictureError, FileError. */
export async function readStart(start: StartFrom, files: StartFiles): Promise<StartParts> {
  const picture = await decodePicture(checked(files.picture, start.picture, 'picture to start from'), files.picture)
  if (start.mask === undefined) return { picture }
  if (files.mask === undefined) throw new StartError('start.missing', 'The mask is missing.', 'Paint it again.')
  const mask = bitmapIn(files.mask, checked(files.mask, start.mask, 'mask'))
  if (mask.width !== picture.width || mask.height !== picture.height) {
    const what = `The mask has ${mask.width} × ${mask.height} pixels and the picture ${picture.width} × ${picture.height}.`
    throw new StartError('start.mask', what, 'Give a mask of the size of the picture.')
  }
  return { picture, mask }
}

/** A file's bytes, if they have the hash that the recipe says. */
function checked(file: string, sha256: string, what: string): Uint8Array {
  const bytes = readWhole(file, LARGEST_FILE)
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
  throw new StartError('start.changed', `The ${what} in ${file} is not the one that the recipe names.`, 'Choose it again.')
}

function bitmapIn(file: string, bytes: Uint8Array): Bitmap {
  const mask = decodeBitmap(bytes)
  if (mask) return mask
  throw new StartError('start.mask', `${file} is no mask.`, 'Paint it again.')
}
