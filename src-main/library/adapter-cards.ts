import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import { ADAPTER_CARD, AdapterCard, type FoundAdapter } from '#shared/schema/adapter'
import type { Recipe } from '#shared/schema/recipe'

/** The adapters in the library's folder for them, by name. Folders without a readable card hold none. */
export function listAdapters(adapters: string): FoundAdapter[] {
  if (!existsSync(adapters)) return []
  return readdirSync(adapters, { withFileTypes: true })
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(adapters, name))
    .sort()
    .flatMap((folder) => {
      const card = cardIn(folder)
      return card ? [{ folder, card }] : []
    })
}

/** The folders of the adapters that a recipe names by their content, in its order. Throws FailureError naming one that is missing. */
export function adapterFolders(adapters: string, recipe: Pick<Recipe, 'adapters'>): string[] {
  const found = recipe.adapters.length === 0 ? [] : listAdapters(adapters)
  return recipe.adapters.map(({ name, sha256 }) => {
    const known = found.find(({ card }) => card.sha256 === sha256)
    if (known) return known.folder
    throw new FailureError({
      code: 'bad-input',
      field: 'adapters',
      message: `The adapter “${name}” is not installed in the version that this recipe was made with (sha256 ${sha256}).`,
      remedy: 'Import that adapter, or draw without it.',
    })
  })
}

function cardIn(folder: string): AdapterCard | undefined {
  try {
    return AdapterCard.safeParse(JSON.parse(readFileSync(join(folder, ADAPTER_CARD), 'utf8'))).data
  } catch {
    return undefined
  }
}
