import { continuedFrom, type Continuation } from '#shared/schema/continue-recipe'
import type { Generation } from '#shared/schema/generation'
import { drawRecipe } from './draw'

/** Draws on from the state after step `index` of a picture, otherwise where `change` says so, and places the new picture beside. */
export function continueFrom({ id, recipe }: Generation, index: number, change: Continuation): Promise<void> {
  return drawRecipe(continuedFrom(recipe, index, change, id), 1, { beside: id })
}
