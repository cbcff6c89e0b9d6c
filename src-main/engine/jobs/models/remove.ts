import { existsSync, readdirSync } from 'node:fs'
import { lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ModelPart, RemoveTask } from '#shared/engine/models'
import { SHARED_COMPONENTS, type ModelComponent } from '#shared/schema/model-manifest'
import { PARTIAL_SUFFIX } from '../../files/atomic-write'
import { onFileAsync } from '../../files/file-error'
import { EngineError } from '../../ir/errors'
import { componentsOf, isShared, openModelFolder, type ModelFolder } from '../../weights/manifest'
import { ModelsError } from './models-error'
import { partOf } from './verify'

/**
 * Removes a model of the library: its folder first, then those of its shared components that no other model names. Where another model's
 * manifest cannot be read, shared components stay. Throws ModelsError for models that are not the library's, FileError.
 */
export async function removeModel({
  models,
  model: folder,
}: RemoveTask): Promise<{ readonly freed: number; readonly kept: ModelPart[] }> {
  if (resolve(dirname(folder)) !== resolve(models)) {
    throw new ModelsError(
      'models.embedded',
      `${folder} is no model of the library in ${models}.`,
      'Models that come with the studio stay.',
    )
  }
  const model = manifestIn(folder)
  const needed = componentsElsewhere(models, folder)
  const shared = model ? componentsOf(model.manifest).filter(({ component }) => isShared(component.folder)) : []
  const isNeeded = ({ folder: name }: ModelComponent): boolean => needed === 'unknown' || needed.has(name)
  let freed = await discard(folder)
  for (const { component } of shared) if (!isNeeded(component)) freed += await discard(join(folder, component.folder))
  return { freed, kept: shared.filter(({ component }) => isNeeded(component)).map(({ role }) => partOf(role)) }
}

/** Removes shared components that no model names, such as what was only converted. Gives the bytes that became free. Throws FileError. */
export async function discardUnneeded(models: string, components: readonly ModelComponent[]): Promise<number> {
  const needed = componentsElsewhere(models, '')
  let freed = 0
  for (const { folder } of components) {
    if (needed !== 'unknown' && !needed.has(folder)) freed += await discard(join(models, SHARED_COMPONENTS, basename(folder)))
  }
  return freed
}

/** The manifest, unless it is what is broken. */
function manifestIn(folder: string): ModelFolder | undefined {
  try {
    return openModelFolder(folder)
  } catch (error) {
    if (error instanceof EngineError && error.code.startsWith('weights.')) return undefined
    throw error
  }
}

/** The components that models but the one in `folder` name, those half installed too. */
function componentsElsewhere(models: string, folder: string): ReadonlySet<string> | 'unknown' {
  const names = readdirSync(models).filter((name) => name !== basename(folder) && existsSync(join(models, name, 'model.json')))
  const others = names.map((name) => manifestIn(join(models, name)))
  const all = new Set<string>()
  for (const other of others) {
    if (other === undefined) return 'unknown'
    for (const { component } of componentsOf(other.manifest)) all.add(component.folder)
  }
  return all
}

/** Removes a folder, out of sight first so that no half of it is ever seen. Gives the bytes that nobody else has. */
async function discard(folder: string): Promise<number> {
  const doomed = join(dirname(folder), `.${basename(folder)}.removed${PARTIAL_SUFFIX}`)
  if (!existsSync(folder)) return 0
  return onFileAsync(folder, async () => {
    await rm(doomed, { recursive: true, force: true })
    await rename(folder, doomed)
    const freed = await soleBytes(doomed)
    await rm(doomed, { recursive: true, force: true })
    return freed
  })
}

async function soleBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const found = await lstat(join(folder, name))
    if (found.isFile() && found.nlink === 1) bytes += found.size
  }
  return bytes
}
