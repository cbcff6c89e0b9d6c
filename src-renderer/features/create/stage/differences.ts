import type { Recipe } from '#shared/schema/recipe'
import { stepsCount } from '../../../words/steps'

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

/** What may tell two pictures apart, in the order in which it is said, and how. */
const SAID: readonly ((recipe: Recipe) => string)[] = [
  ({ steps }) => stepsCount(steps),
  ({ prompt, classId }) => (classId === undefined ? short(prompt) : `class ${classId}`),
  ({ model }) => model.name,
  ({ cfg }) => `guidance ${cfg.scale}`,
  ({ seed, imageIndex }) => (imageIndex === 0 ? `seed ${seed}` : `seed ${seed}, picture ${imageIndex + 1}`),
  ({ width, height }) => `${width} × ${height}`,
  ({ adapters }) => (adapters.length === 0 ? 'no LoRA' : adapters.map(({ name, strength }) => `${name} ${strength}`).join(', ')),
]

/** What each of two pictures is called beside the other: what differs between them, or else their steps. */
export function differences(left: Recipe, right: Recipe): readonly [string, string] {
  const telling = SAID.filter((say) => say(left) !== say(right))
  const words = (recipe: Recipe): string =>
    (telling.length === 0 ? SAID.slice(0, 1) : telling).map((say) => say(recipe)).join(' · ')
  return [words(left), words(right)]
}
