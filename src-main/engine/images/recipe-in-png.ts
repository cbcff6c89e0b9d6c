import { readRecipe, type PartialRecipe, type Recipe } from '#shared/schema/recipe'
import { writeFileAtomically } from '../files/atomic-write'
import { readWhole } from '../files/read-bytes'
import { readInfotext, writeInfotext } from './infotext'
import type { Picture } from './picture'
import { PictureError } from './picture-error'
import { readPngTexts } from './png-read'
import { encodePng } from './png-write'

/** Keyword of our JSON. */
const OURS = 'tim-recipe'
/** Keyword that other programs write and read. */
const THEIRS = 'parameters'

/** A PNG that carries its whole recipe twice: as text for people and galleries, as JSON for us. */
export function encodeWithRecipe(picture: Picture, recipe: Recipe): Uint8Array<ArrayBuffer> {
  return encodePng(picture, [
    { keyword: THEIRS, text: writeInfotext(recipe) },
    { keyword: OURS, text: asciiJson(recipe) },
  ])
}

/** Writes such a PNG atomically. Throws FileError (disk full, folder not writable, …). */
export async function savePicture(path: string, picture: Picture, recipe: Recipe): Promise<void> {
  await writeFileAtomically(path, encodeWithRecipe(picture, recipe))
}

/** JSON in ASCII, so that every reader of PNG texts can carry it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export type FoundRecipe =
  /** Ours: makes the same picture again. */
  | { readonly kind: 'whole'; readonly recipe: Recipe }
  /** Another program's: the fields it states. */
  | { readonly kind: 'partial'; readonly recipe: PartialRecipe }

/** The recipe that a PNG carries. Throws PictureError: no PNG, truncated, damaged, no recipe, a recipe that does not hold. */
export function findRecipe(png: Uint8Array, name: string): FoundRecipe {
  const texts = readPngTexts(png, name)
  const ours = texts.find(({ keyword }) => keyword === OURS)
  if (ours) return { kind: 'whole', recipe: parseOurs(ours.text, name) }
  const theirs = texts.find(({ keyword }) => keyword === THEIRS)
  const partial = theirs && readInfotext(theirs.text)
  if (partial) return { kind: 'partial', recipe: partial }
  const remedy = 'Choose a PNG as TiM Studio saved it: many programs and websites remove such texts.'
  throw new PictureError('picture.no-recipe', name, 'carries no recipe', remedy)
}

/** Larger than any picture that a recipe can ask for. */
export const LARGEST_PNG = 512 * 1024 * 1024

/** As `findRecipe`, for a file. Throws FileError too. */
export function findRecipeInFile(path: string): FoundRecipe {
  return findRecipe(readWhole(path, LARGEST_PNG), path)
}

function parseOurs(text: string, name: string): Recipe {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new PictureError(
      'picture.recipe-damaged',
      name,
      'carries a recipe that is no JSON',
      'Choose another copy of the picture.',
    )
  }
  const reading = readRecipe(data)
  if (reading.ok) return reading.value
  const remedy = 'Choose another copy of the picture, or enter its settings by hand.'
  throw new PictureError('picture.recipe-damaged', name, `carries a recipe that cannot be used: ${reading.why}`, remedy)
}
