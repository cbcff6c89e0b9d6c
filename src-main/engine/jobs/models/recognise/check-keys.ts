import { isFloat } from '../../../ir/dtype'
import { ModelsError } from '../models-error'
import type { Tensors } from './given'

/** At most this many keys of a kind are listed. */
const LISTED = 6

interface Differences {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly wrong: readonly string[]
}

/**
 * Compares every key, shape and dtype with what a network needs. `spare`: keys that may be there without being needed.
 * Throws ModelsError `models.keys` that names what is missing, unexpected and of another shape.
 */
export function checkKeys(
  path: string,
  title: string,
  tensors: Tensors,
  parameters: ReadonlyMap<string, readonly number[]>,
  spare: RegExp,
): void {
  const show = (shape: readonly number[]): string => `(${shape.join(', ')})`
  const wrong: string[] = []
  for (const [key, shape] of parameters) {
    const ref = tensors.get(key)
    if (!ref) continue
    if (ref.shape.join() !== shape.join()) wrong.push(`${key} ${show(ref.shape)} instead of ${show(shape)}`)
    else if (!isFloat(ref.dtype)) wrong.push(`${key} of ${ref.dtype}, which is no float`)
  }
  const missing = [...parameters.keys()].filter((key) => !tensors.has(key))
  const unexpected = [...tensors.keys()].filter((key) => !parameters.has(key) && !spare.test(key))
  if (missing.length + unexpected.length + wrong.length === 0) return
  const what = describe({ missing, unexpected, wrong })
  const remedy = 'Check that the file is whole and that its config.json, if there is one, belongs to it.'
  throw new ModelsError('models.keys', `${path} looks like ${title}, but ${what}.`, remedy)
}

function describe({ missing, unexpected, wrong }: Differences): string {
  const list = (verb: string, keys: readonly string[]): string[] => {
    if (keys.length === 0) return []
    const more = keys.length > LISTED ? ` and ${keys.length - LISTED} more` : ''
    return [`${verb} ${keys.slice(0, LISTED).join(', ')}${more}`]
  }
  return [...list('lacks', missing), ...list('has unknown', unexpected), ...list('has', wrong)].join('; ')
}
