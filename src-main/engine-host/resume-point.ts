import { existsSync, readdirSync } from 'node:fs'
import { canContinue, continuedFrom } from '#shared/schema/continue-recipe'
import type { GenerationId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import type { StateStore } from '../library/states'

/**
 * The recipe that goes on with a picture from the last state that was stored of its path: to its end, or, with `steps`, in fewer.
 * Undefined where none was stored, or a path cannot be left there.
 */
export function resumed(
  states: Pick<StateStore, 'folderOf'>,
  recipe: Recipe,
  generation: GenerationId,
  steps?: number,
): Recipe | undefined {
  const last = lastState(states.folderOf(generation))
  if (last === undefined || !canContinue(recipe, last)) return undefined
  return continuedFrom(recipe, last, steps === undefined ? {} : { steps }, generation)
}

/** The number of the last state in a folder of `<index>.f16`. */
function lastState(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined
  const indices = readdirSync(folder).flatMap((name) => (/^\d+\.f16$/.test(name) ? [parseInt(name, 10)] : []))
  return indices.length === 0 ? undefined : Math.max(...indices)
}
