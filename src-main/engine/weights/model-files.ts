import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { identify, isUnchanged, type FileIdentity } from '../files/file-identity'
import { componentsOf, openModelFolder } from './manifest'
import { WeightsError } from './weights-error'

/** Files of a model with what they were when somebody looked, by path. */
export type SeenFiles = ReadonlyMap<string, FileIdentity>

/** Looks at all files that a model is read from or mapped to. What is missing or damaged is left out: opening the model says so. */
export function lookAtModel(folder: string): SeenFiles {
  const seen = new Map<string, FileIdentity>()
  const look = (path: string): void => void seen.set(path, identify(path))
  try {
    look(join(folder, 'model.json'))
    for (const { component } of componentsOf(openModelFolder(folder).manifest)) {
      const home = join(folder, component.folder)
      for (const entry of readdirSync(home, { withFileTypes: true })) if (!entry.isDirectory()) look(join(home, entry.name))
    }
  } catch {
    return seen
  }
  return seen
}

/** Throws WeightsError `weights.changed` naming the first file that is not what it was: its size, time or inode differs, or it is gone. */
export function requireUnchanged(seen: SeenFiles): void {
  for (const [path, identity] of seen) {
    if (isUnchanged(path, identity)) continue
    const remedy = 'It is read anew the next time. If you did not replace it on purpose, verify the model, or import it again.'
    throw new WeightsError('weights.changed', path, 'changed while its model was loaded', remedy)
  }
}
