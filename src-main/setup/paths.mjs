import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param {...string} parts */
export const inRoot = (...parts) => join(root, ...parts)

/** Where what several checkouts can share is kept, outside all of them. */
export function cacheFolder() {
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'tim-studio')
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tim-studio')
}
