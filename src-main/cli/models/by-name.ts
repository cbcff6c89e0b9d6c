import type { FoundModel } from '#shared/engine/protocol'
import { UsageError } from '../explain'

/** The installed model of a name, broken ones too. Throws UsageError naming those that are there. */
export function byName(found: readonly FoundModel[], name: string): FoundModel {
  const model = found.find(({ card }) => card.name === name)
  if (model !== undefined) return model
  const names = found.map(({ card }) => card.name).join(', ')
  throw new UsageError(`There is no model '${name}'.`, names === '' ? 'No model is installed.' : `Installed: ${names}.`)
}
