import { existsSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SHARED_COMPONENTS } from '#shared/schema/model-manifest'
import { PARTIAL_SUFFIX } from '../../files/atomic-write'
import { onFileAsync } from '../../files/file-error'

/** Whoever stopped an import so long ago will hardly go on with it. */
const KEPT_MS = 14 * 24 * 3600 * 1000

/** What is left of a removal that was interrupted. */
const REMOVED = `.removed${PARTIAL_SUFFIX}`

/**
 * Removes what imports left in a library that were stopped two weeks ago or earlier and never gone on with, and what interrupted
 * removals left. Only whoever holds the library's lock for such work may call it. Throws FileError.
 */
export async function discardAbandoned(models: string, now = Date.now()): Promise<void> {
  for (const folder of [models, join(models, SHARED_COMPONENTS)]) {
    if (!existsSync(folder)) continue
    const pending = readdirSync(folder).filter((name) => name.startsWith('.') && name.endsWith(PARTIAL_SUFFIX))
    for (const path of pending.map((name) => join(folder, name))) {
      if (!path.endsWith(REMOVED) && now - lastChange(path) < KEPT_MS) continue
      await onFileAsync(path, () => rm(path, { recursive: true, force: true }))
    }
  }
}

/** When something in a folder, or a file, changed last, in milliseconds. */
function lastChange(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  const within = stat.isDirectory() ? readdirSync(path).map((name) => lastChange(join(path, name))) : []
  return Math.max(stat.mtimeMs, ...within)
}
