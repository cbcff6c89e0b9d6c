import { join } from 'node:path'
import type { ModelPart, TellModels, VerifyTask } from '#shared/engine/models'
import type { ComponentRole } from '#shared/schema/model-manifest'
import { HashCache } from '../../files/file-identity'
import { componentsOf, filesOf, modelBytes, openModelFolder, verifyFile } from '../../weights/manifest'
import { paced } from './paced'

const PARTS: { readonly [R in ComponentRole]: ModelPart } = {
  text: 'text',
  transformer: 'transformer',
  encoder: 'autoencoder',
  decoder: 'autoencoder',
  evaluator: 'autoencoder',
}

/** The part that a component plays, as a person knows it. */
export function partOf(role: ComponentRole): ModelPart {
  return PARTS[role]
}

/** Reads every file of a model and compares its checksum. Throws WeightsError `weights.hash` naming the file, FileError, the signal's reason. */
export async function verifyInstalled(
  { model: folder }: Pick<VerifyTask, 'model'>,
  say: TellModels,
  signal?: AbortSignal,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const tell = paced(say)
  const model = openModelFolder(folder)
  const total = modelBytes(model.manifest)
  let [files, before] = [0, 0]
  for (const { role, component } of componentsOf(model.manifest)) {
    for (const file of filesOf(component)) {
      const onProgress = (done: number): void =>
        tell({ is: 'doing', what: 'checking', part: partOf(role), done: before + done, total })
      // Nothing is remembered from before: a disk may have changed what it was given to keep.
      await verifyFile(join(folder, component.folder), role, file, new HashCache(''), { signal, onProgress })
      files++
      before += file.bytes
    }
  }
  return { files, bytes: before }
}
