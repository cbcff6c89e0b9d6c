import { readRecipe } from '#shared/schema/recipe'
import { readWhole } from '../files/read-bytes'
import { readExif } from './exif'
import { findExif } from './exif-in-file'
import { readInfotext } from './infotext'
import { PictureError } from './picture-error'
import { findRecipe, LARGEST_PNG, type FoundRecipe } from './recipe-in-png'

/**
 * The recipe that a picture file carries: a PNG in its texts, a JPEG or WebP in its EXIF block. Throws FileError, and PictureError as
 * `findRecipe` does.
 */
export function findRecipeInPicture(path: string): FoundRecipe {
  const bytes = readWhole(path, LARGEST_PNG)
  const exif = findExif(bytes)
  if (exif === undefined) return findRecipe(bytes, path)
  const { description, comment } = readExif(exif)
  const ours = description?.startsWith('{') === true ? readRecipe(parsed(description)) : undefined
  if (ours?.ok === true) return { kind: 'whole', recipe: ours.value }
  const partial = readInfotext(comment ?? '') ?? readInfotext(description ?? '')
  if (partial) return { kind: 'partial', recipe: partial }
  throw new PictureError('picture.no-recipe', path, 'carries no recipe', 'Choose a picture as TiM Studio saved it.')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
