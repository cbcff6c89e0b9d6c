import type { FailureOf } from '../ipc/failure'
import type { ModelCard } from './model'
import type { Recipe } from './recipe'

type BadInput = FailureOf<'bad-input'>

const bad = (field: string, message: string, remedy: string): BadInput => ({ code: 'bad-input', field, message, remedy })

/** The nearest side that a model can draw. */
export function nearestSide(side: number, card: Pick<ModelCard, 'factor' | 'minSide' | 'maxSide'>): number {
  const snapped = Math.round(side / card.factor) * card.factor
  const low = Math.ceil(card.minSide / card.factor) * card.factor
  const high = Math.floor(card.maxSide / card.factor) * card.factor
  return Math.min(high, Math.max(low, snapped))
}

/**
 * Whether a model can draw a recipe; null when it can, else what is wrong with which field and what to do.
 * The recipe's own limits (steps, guidance, lengths) are its schema's business.
 */
export function objectionTo(recipe: Recipe, card: ModelCard): BadInput | null {
  for (const side of ['width', 'height'] as const) {
    const fitting = nearestSide(recipe[side], card)
    if (fitting === recipe[side]) continue
    const range = `a multiple of ${card.factor} from ${card.minSide} to ${card.maxSide}`
    return bad(side, `${card.title} cannot draw a ${side} of ${recipe[side]} pixels; it has to be ${range}.`, `Use ${fitting}.`)
  }
  if (card.kind === 'text' && recipe.classId !== undefined) {
    return bad('classId', `${card.title} draws from words, not from a class.`, 'Write a prompt, or choose a model with classes.')
  }
  if (card.kind === 'text' && recipe.prompt.trim() === '') {
    return bad('prompt', 'There is no prompt.', 'Write what you want to see.')
  }
  if (card.kind === 'class') {
    const known = card.classes?.length ?? 0
    if (recipe.classId === undefined || recipe.classId >= known) {
      return bad(
        'classId',
        `${card.title} draws one of ${known} classes; ${recipe.classId ?? 'none'} is not one of them.`,
        `Choose a class from 0 to ${known - 1}.`,
      )
    }
  }
  return null
}
