import type { ModelCard } from './model'
import type { Recipe, StartFrom } from './recipe'
import type { Draft, DraftStart } from './settings'
import { placeIn } from './start-place'

/** The recipe that a draft means with a model: what the draft leaves open is the model's default. */
export function recipeOf(draft: Draft, card: ModelCard): Recipe {
  const { width, height } = draft.size ?? card.defaults
  const start = draft.start === null ? undefined : startIn(draft.start, { width, height })
  return {
    version: start === undefined ? 1 : 2,
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
    ...(start && { start }),
  }
}

/** What a recipe of this size starts from. */
function startIn(
  { picture, strength, mask, feather, extension }: DraftStart,
  size: { readonly width: number; readonly height: number },
): StartFrom {
  const place = placeIn(picture, extension, size)
  return { picture: picture.sha256, place, strength, ...(mask !== null && { mask }), feather }
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
    // Of a picture that it starts from, a recipe does not say how large it is.
    start: null,
  }
}
