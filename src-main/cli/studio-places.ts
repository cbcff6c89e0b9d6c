import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ModelPlace } from '#shared/engine/protocol'
import type { Folders } from '../library/folders'

/** The folder of package.json above this file, whether it runs from its source or from the build. */
export function studioRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from
  return studioRoot(dirname(from))
}

/** Where models may lie: the embedded one (`TIM_STARTER` names another), then those of the library. */
export function modelPlaces(folders: Folders, env: NodeJS.ProcessEnv = process.env): ModelPlace[] {
  const embedded = { folder: env['TIM_STARTER'] || join(studioRoot(), 'assets', 'starter'), embedded: true }
  const imported = readdirSync(folders.models, { withFileTypes: true })
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => ({ folder: join(folders.models, name), embedded: false }))
  return [embedded, ...imported]
}
