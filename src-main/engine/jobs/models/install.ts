import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelManifest } from '#shared/schema/model-manifest'
import { PARTIAL_SUFFIX } from '../../files/atomic-write'
import { onFileAsync } from '../../files/file-error'
import { EngineError } from '../../ir/errors'
import { openModelFolder, writeManifest } from '../../weights/manifest'
import { keepProjection } from '../generate/model-projection'

/** The folder of a new model. Throws EngineError where the name is taken. */
export function freeFolder(models: string, name: string): string {
  const folder = join(models, name)
  if (!existsSync(folder)) return folder
  throw new EngineError(
    'models.name',
    `A model '${name}' is already there.`,
    'Give it another name, or remove the other one first.',
  )
}

/** Makes a model of parts that are in their place: its folder has its name only once the manifest is in it. Throws FileError, EngineError. */
export async function installModel(models: string, manifest: ModelManifest): Promise<string> {
  const folder = freeFolder(models, manifest.name)
  const pending = join(models, `.${manifest.name}${PARTIAL_SUFFIX}`)
  await onFileAsync(pending, async () => {
    await rm(pending, { recursive: true, force: true })
    await mkdir(pending, { recursive: true })
  })
  await writeManifest(pending, manifest)
  // What cannot be fitted now is fitted when the model is first drawn with, and says then what is wrong.
  await keepProjection(openModelFolder(pending)).catch(() => undefined)
  await onFileAsync(folder, () => rename(pending, folder))
  return folder
}
