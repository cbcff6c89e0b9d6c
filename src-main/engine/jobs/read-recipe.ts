import { findRecipeInFile, type FoundRecipe } from '../images/recipe-in-png'

/** The recipe that a picture carries: its own, or another program's. Throws PictureError or FileError. */
export function readRecipe(file: string): FoundRecipe {
  return findRecipeInFile(file)
}
