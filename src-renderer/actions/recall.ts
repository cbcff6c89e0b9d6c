import { draftOf } from '#shared/schema/draft'
import type { Generation } from '#shared/schema/generation'
import { STEP_MARKS } from '../drawing/steps-scale'
import { rollSeed } from '../drawing/seed'
import { patchDraft, useSettings } from '../state/settings'
import { drawRecipe } from './draw'
import { recallStart } from './start-from'

/** Puts everything a picture was made with back into the panel. */
export function recallAll({ recipe }: Pick<Generation, 'recipe'>): void {
  const { draft } = useSettings.getState()
  patchDraft({ ...draftOf(recipe, draft), seedLocked: draft.seedLocked, count: draft.count })
  void recallStart(recipe)
}

export function recallPrompt({ recipe }: Generation): void {
  patchDraft({ prompt: recipe.prompt, negativePrompt: recipe.negativePrompt, classId: recipe.classId ?? null })
}

export function recallSeed({ recipe }: Generation): void {
  patchDraft({ seed: recipe.seed, imageIndex: recipe.imageIndex, seedLocked: true })
}

export function recallSize({ recipe }: Generation): void {
  patchDraft({ size: { width: recipe.width, height: recipe.height } })
}

/** Draws the picture's recipe once more with a new seed. */
export function remix({ recipe }: Generation): Promise<void> {
  return drawRecipe({ ...recipe, seed: rollSeed(), imageIndex: 0 }, 1)
}

/** Draws the same picture with more steps, places it beside, and compares the two when it is there. */
export function refine({ id, recipe }: Generation): Promise<void> {
  const steps = STEP_MARKS.find((mark) => mark > recipe.steps) ?? Math.min(1000, recipe.steps * 2)
  return drawRecipe({ ...recipe, steps }, 1, { beside: id, compare: true })
}
