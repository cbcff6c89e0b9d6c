import type { ModelCard } from './model'
import type { Recipe } from './recipe'
import type { Draft } from './settings'

/** The recipe that a draft means with a model: what the draft leaves open is the model's default. */
export function recipeOf(draft: Draft, card: ModelCard): Recipe {
  const { width, height } = draft.size ?? card.defaults
  return {
    version: 1,
    model: { name: card.name, sha256: card.sha256 },
    prompt: card.kind === 'text' ? draft.prompt : '',
    negativePrompt: card.kind === 'text' ? draft.negativePrompt : '',
    ...(card.kind === 'class' ? { classId: draft.classId ?? 0 } : {}),
    steps: draft.steps,
    width,
    height,
    cfg: draft.cfg ?? card.defaults.cfg,
    seed: draft.seed,
    imageIndex: draft.imageIndex,
    noise: 'philox4x32-10/1',
    stochasticity: draft.stochasticity ?? card.defaults.stochasticity,
    sampleType: 'transition',
    adapters: [...draft.adapters],
    precision: card.precision,
    provider: card.provider,
  }
}

/** The draft that makes a recipe again, so that a picture of the history can be recalled into the panel. */
export function draftOf(recipe: Recipe, before: Draft): Draft {
  return {
    ...before,
    model: recipe.model.name,
    prompt: recipe.prompt,
    negativePrompt: recipe.negativePrompt,
    classId: recipe.classId ?? null,
    steps: recipe.steps,
    size: { width: recipe.width, height: recipe.height },
    cfg: recipe.cfg,
    stochasticity: recipe.stochasticity,
    seed: recipe.seed,
    seedLocked: true,
    imageIndex: recipe.imageIndex,
    count: 1,
    adapters: [...recipe.adapters],
  }
}
