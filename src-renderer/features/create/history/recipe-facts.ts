import type { Generation } from '#shared/schema/generation'
import type { Recipe } from '#shared/schema/recipe'
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
    ...beginning(recipe),
    ['Steps', `${recipe.steps} in ${duration(tookMs)}`],
    ['Size', dimensions(recipe.width, recipe.height)],
    ['Guidance', cfg.scale <= 1 ? 'off' : `${cfg.scale}${interval}`],
    ['Seed', imageIndex === 0 ? String(seed) : `${seed}, picture ${imageIndex + 1}`],
    ['Made', `${dayHeading(createdAt, now)}, ${timeOfDay(createdAt)}`],
  ]
}

/** What a picture begins with, where that is not noise alone. */
function beginning({ from, start }: Pick<Recipe, 'from' | 'start'>): [string, string][] {
  const left = from?.legs.at(-1)
  return [
    ...(left === undefined ? [] : [['Continues', `a picture at step ${left.taken} of ${left.steps}`] as [string, string]]),
    ...(start === undefined
      ? []
      : [['Starts from', `a picture${start.mask === undefined ? '' : ', masked'} · ${start.strength}`] as [string, string]]),
  ]
}
