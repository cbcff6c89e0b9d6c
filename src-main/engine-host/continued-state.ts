import type { GenerateTask } from '#shared/engine/protocol'
import type { Recipe } from '#shared/schema/recipe'
import type { Library } from '../library/library'

/** Where the state may be kept that a recipe continues from; nothing for a recipe that begins with noise. */
export function continuedState({ states }: Pick<Library, 'states'>, { from }: Recipe): Pick<GenerateTask, 'state'> {
  const last = from?.legs.at(-1)
  if (from?.generation === undefined || last === undefined) return {}
  return { state: states.fileOf(from.generation, last.taken - 1) }
}
