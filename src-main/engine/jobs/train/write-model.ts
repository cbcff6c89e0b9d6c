import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { identify, sha256Of } from '../../files/file-identity'
import { onFile } from '../../files/file-error'
import { writeFileAtomically } from '../../files/atomic-write'
import { f32, type Tensor } from '../../ir/tensor'
import type { TimConfig } from '../../models/tim/config'
import { isShared, writeManifest, type ModelFolder } from '../../weights/manifest'
import { writeSafetensors } from '../../weights/write-safetensors'
import type { ParameterMap } from '../../training/adamw'

/**
 * Writes a model folder that draws with trained weights and with all other parts of the model it came from. The folder has its
 * name only once it is whole. Throws FileError.
 */
export async function writeTrainedModel(
  folder: string,
  name: string,
  base: ModelFolder,
  trained: {
    readonly config: TimConfig
    readonly weights: ParameterMap
    readonly shapes: ReadonlyMap<string, readonly number[]>
  },
): Promise<void> {
  const pending = join(dirname(folder), `.${name}.partial`)
  const { manifest } = base
  const before = manifest.components.transformer
  if (before === undefined) throw new TypeError('a manifest names a transformer')
  onFile(pending, () => {
    rmSync(pending, { recursive: true, force: true })
    mkdirSync(pending, { recursive: true })
    const others = Object.entries(manifest.components).filter(([role]) => role !== 'transformer')
    // Shared components serve the new model where they are.
    const own = new Set(others.map(([, component]) => component.folder).filter((name) => !isShared(name)))
    for (const name of own) cpSync(join(base.folder, name), join(pending, name), { recursive: true })
  })
  try {
    const target = join(pending, 'transformer')
    await writeFileAtomically(join(target, 'config.json'), `${JSON.stringify(trained.config, undefined, 2)}\n`)
    const file = join(target, 'model.safetensors')
    const tensors = new Map<string, Tensor>()
    for (const [key, shape] of trained.shapes) tensors.set(key, f32(shape, trained.weights.get(key) ?? []))
    await writeSafetensors(file, tensors)
    const component = {
      folder: 'transformer',
      sha256: await sha256Of(file),
      bytes: identify(file).size,
      licence: before.licence,
      source: `trained from ${manifest.name}`,
    }
    const components = { ...manifest.components, transformer: component }
    await writeManifest(pending, { ...manifest, name, title: name, version: '1', components, prompts: [] })
    onFile(folder, () => renameSync(pending, folder))
  } catch (error) {
    rmSync(pending, { recursive: true, force: true })
    throw error
  }
}
