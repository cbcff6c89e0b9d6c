import { RECIPE_LIMITS, RECIPE_VERSION, type Leg, type Recipe } from './recipe'
import type { GenerationId } from './id'

/** What may be changed where a picture is continued. What is left out stays as it was. */
export type Continuation = Partial<
  Pick<Recipe, 'prompt' | 'negativePrompt' | 'classId' | 'steps' | 'cfg' | 'seed' | 'imageIndex'>
>

/** Whether a path can be left after step `index` (from 0): there are steps to go, and the chain is not too long already. */
export function canContinue({ steps, from }: Pick<Recipe, 'steps' | 'from'>, index: number): boolean {
  return index >= 0 && index + 1 < steps && (from?.legs.length ?? 0) < RECIPE_LIMITS.legs
}

/**
 * The recipe that goes on from the state after step `index` of a picture, to the end of time in as many steps as it took from
 * there, unless `change` says otherwise. Throws RangeError where `canContinue` says no.
 */
export function continuedFrom(recipe: Recipe, index: number, change: Continuation = {}, generation?: GenerationId): Recipe {
  if (!canContinue(recipe, index))
    throw new RangeError(`A picture of ${recipe.steps} steps cannot be continued after step ${index + 1}.`)
  const legs = [...(recipe.from?.legs ?? []), legOf(recipe, index + 1)]
  return {
    ...recipe,
    steps: recipe.steps - index - 1,
    ...change,
    version: RECIPE_VERSION,
    from: { legs, ...(generation !== undefined && { generation }) },
  }
}

/** The way of a recipe, left after `taken` steps. */
function legOf(
  { prompt, negativePrompt, classId, steps, cfg, seed, imageIndex, stochasticity, sampleType }: Recipe,
  taken: number,
): Leg {
  const way = { prompt, negativePrompt, ...(classId !== undefined && { classId }), steps, cfg, seed, imageIndex }
  return { ...way, stochasticity, sampleType, taken }
}

/** Where in time a recipe's path begins, as a share of the whole: 1 at the noise, and less where it begins with a picture or a state. */
export function beginningOf({ from, start }: Pick<Recipe, 'from' | 'start'>): number {
  return (from?.legs ?? []).reduce((share, { steps, taken }) => share * (1 - taken / steps), start?.strength ?? 1)
}
