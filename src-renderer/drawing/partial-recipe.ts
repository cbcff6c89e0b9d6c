import type { PartialRecipe } from '#shared/schema/recipe'
import type { Draft } from '#shared/schema/settings'

/** The draft with what another program's picture states; the rest stays. Its size stays too: models draw very different ones. */
export function draftWith(draft: Draft, found: PartialRecipe): Draft {
  const { prompt, negativePrompt, steps, cfgScale, seed } = found
  return {
    ...draft,
    prompt,
    negativePrompt,
    ...(steps !== undefined && { steps }),
    ...(cfgScale !== undefined && { cfg: { low: draft.cfg?.low ?? 0, high: draft.cfg?.high ?? 1, scale: cfgScale } }),
    ...(seed !== undefined && { seed, imageIndex: 0, seedLocked: true }),
  }
}
