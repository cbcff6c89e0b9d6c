import type { Recipe } from '#shared/schema/recipe'
import { picture } from '../../src-main/engine/images/picture'
import { findRecipeInFile, savePicture } from '../../src-main/engine/images/recipe-in-png'

/** Writes a small picture that carries a recipe. */
export async function writePictureFile(file: string, recipe: Recipe, side = 4): Promise<void> {
  await savePicture(file, picture(side, side, new Uint8Array(side * side * 3).fill(90)), recipe)
}

/** The recipe that a picture file of ours carries; throws where it carries none. */
export async function recipeInFile(file: string): Promise<Recipe | null> {
  const found = findRecipeInFile(file)
  return Promise.resolve(found.kind === 'whole' ? found.recipe : null)
}
