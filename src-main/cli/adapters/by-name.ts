import type { FoundAdapter } from '#shared/schema/adapter'
import type { AdapterUse } from '#shared/schema/recipe'
import { UsageError } from '../explain'
import type { AdapterWish } from '../option-values'

/** The adapter of a name. Throws UsageError naming those that are there. */
export function adapterNamed(found: readonly FoundAdapter[], name: string): FoundAdapter {
  const known = found.find(({ card }) => card.name === name)
  if (known) return known
  const names = found.map(({ card }) => card.name).join(', ')
  const remedy = names === '' ? 'The library has none: tim adapters import, or tim train.' : `The library has ${names}.`
  throw new UsageError(`There is no adapter '${name}'.`, remedy)
}

/** What a recipe says of an adapter. */
export function adapterUse(found: readonly FoundAdapter[], { name, strength }: AdapterWish): AdapterUse {
  const { card } = adapterNamed(found, name)
  return { name: card.name, sha256: card.sha256, strength }
}
