import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openModelFolder } from '../../../weights/manifest'

/** The files of installed models by their sha256: what models share needs no second download. Damaged models are passed over. */
export function installedFiles(models: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const names = existsSync(models) ? readdirSync(models).filter((name) => existsSync(join(models, name, 'model.json'))) : []
  for (const name of names) {
    try {
      const { folder, manifest } = openModelFolder(join(models, name))
      for (const component of Object.values(manifest.components)) {
        for (const file of component.files ?? []) found.set(file.sha256, join(folder, component.folder, file.name))
      }
    } catch {
      continue
    }
  }
  return found
}
