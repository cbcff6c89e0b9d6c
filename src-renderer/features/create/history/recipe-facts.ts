import type { Generation } from '#shared/schema/generation'
import { dayHeading, timeOfDay } from '../../../words/day'
import { dimensions } from '../../../words/dimensions'
import { duration } from '../../../words/duration'

/** What is worth knowing of a picture at a glance, as name and value. */
export function recipeFacts(
  { recipe, createdAt, tookMs }: Pick<Generation, 'recipe' | 'createdAt' | 'tookMs'>,
  modelTitle = recipe.model.name,
  now = Date.now(),
): [string, string][] {
  const { cfg, negativePrompt, seed, imageIndex } = recipe
  const interval = cfg.low === 0 && cfg.high === 1 ? '' : ` · ${cfg.low} – ${cfg.high}`
  return [
    ...(negativePrompt === '' ? [] : [['Not', negativePrompt] as [string, string]]),
    ['Model', modelTitle],
    ['Steps', `${recipe.steps} in ${duration(tookMs)}`],
    ['Size', dimensions(recipe.width, recipe.height)],
    ['Guidance', cfg.scale <= 1 ? 'off' : `${cfg.scale}${interval}`],
    ['Seed', imageIndex === 0 ? String(seed) : `${seed}, picture ${imageIndex + 1}`],
    ['Made', `${dayHeading(createdAt, now)}, ${timeOfDay(createdAt)}`],
  ]
}
