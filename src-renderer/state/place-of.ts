import type { Failure } from '#shared/ipc/failure'

/** Where on screen a failure can be shown. */
export type Place =
  | 'prompt'
  | 'start'
  | 'adapters'
  | 'model'
  | 'steps'
  | 'size'
  | 'guidance'
  | 'seed'
  | 'stage'
  | 'history'
  | 'models'
  | 'downloads'

/** Words that fields of a request carry, and the place each belongs to. The first that fits counts. */
const FIELDS: readonly (readonly [RegExp, Place])[] = [
  [/^start/i, 'start'],
  [/prompt|text|class/i, 'prompt'],
  [/step/i, 'steps'],
  [/width|height|size|side/i, 'size'],
  [/cfg|guidance/i, 'guidance'],
  [/seed|count|imageIndex/i, 'seed'],
  [/adapter/i, 'adapters'],
  [/model/i, 'model'],
]

/** The place that a failure of drawing concerns. */
export function placeOf(failure: Failure): Place {
  switch (failure.code) {
    case 'bad-input':
      return FIELDS.find(([words]) => words.test(failure.field))?.[1] ?? 'stage'
    case 'model-missing':
    case 'model-broken':
    case 'model-changed':
      return 'model'
    default:
      return 'stage'
  }
}
