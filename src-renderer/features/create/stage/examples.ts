import type { ModelCard } from '#shared/schema/model'

/** Prompts to start from when a model names none of its own. */
const EXAMPLES: readonly string[] = [
  'a 3d icon of a fox',
  'a hot air balloon in flat style on light blue',
  'a shiny 3d icon of a teapot on yellow',
  'owl, flat, on a purple background',
  'a slice of pizza in 3d style',
  'a flat icon of a lighthouse on blue',
]

/** Six prompts to start from: those the model says it does well, filled up with ours. */
export function examplesOf(model: Pick<ModelCard, 'prompts'> | undefined): string[] {
  return [...new Set([...(model?.prompts ?? []), ...EXAMPLES])].slice(0, EXAMPLES.length)
}
