import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { identify, sha256Of } from '../../files/file-identity'
import { onFile } from '../../files/file-error'
import type { Tensor } from '../../ir/tensor'
import { layerChanges, type StackedAdapter } from '../../models/peft/stack'
import { WeightChanges } from '../../models/peft/weight-change'
import { openTim } from '../../models/tim/load'
import { readF32 } from '../../weights/convert'
import { componentFolder, isShared, openModelFolder, writeManifest } from '../../weights/manifest'
import type { TensorRef } from '../../weights/tensor-ref'
import { writeSafetensors } from '../../weights/write-safetensors'
import { openAdapter } from './open-adapter'

/** An adapter to merge: its folder, and how strongly. */
export interface MergedAdapter {
  readonly folder: string
  readonly name: string
  readonly strength: number
}

/**
 * Makes a model folder whose transformer has adapters inside: W + Σ strength·ΔW, in f32 where a layer changes and as it was elsewhere.
 * The other parts are those of the base. The folder has its name only once it is whole. Throws AdapterError, WeightsError, FileError.
 */
export async function mergeAdapters(baseFolder: string, adapters: readonly MergedAdapter[], target: string): Promise<void> {
  const base = openModelFolder(baseFolder)
  const checkpoint = openTim(componentFolder(base, 'transformer'))
  const changes = new WeightChanges()
  const pending = join(dirname(target), `.${basename(target)}.partial`)
  try {
    const weightOf = (layer: string): Tensor<'f32'> => readF32(checkpoint.source, `${layer}.weight`)
    const stack: StackedAdapter[] = []
    for (const { folder, strength } of adapters) {
      const { adapter } = openAdapter(folder, baseFolder)
      stack.push({ adapter, strength, gains: await changes.gains(adapter, weightOf) })
    }
    const tensors = new Map<string, Tensor | TensorRef>(checkpoint.source.tensors)
    for (const [layer, change] of layerChanges(stack)) {
      const key = `${layer}.weight`
      for (const stored of [...tensors.keys()]) if (stored.startsWith(key)) tensors.delete(stored)
      tensors.set(key, await changes.apply(weightOf(layer), change))
    }
    onFile(pending, () => rmSync(pending, { recursive: true, force: true }))
    const folder = join(pending, 'transformer')
    onFile(folder, () => mkdirSync(folder, { recursive: true }))
    const source = componentFolder(base, 'transformer')
    onFile(folder, () => cpSync(join(source, 'config.json'), join(folder, 'config.json')))
    const file = join(folder, 'model.safetensors')
    await writeSafetensors(file, tensors)
    await finish(pending, file, base, basename(target), adapters)
    onFile(target, () => renameSync(pending, target))
  } catch (error) {
    rmSync(pending, { recursive: true, force: true })
    throw error
  } finally {
    await changes.release()
  }
}

/** The other parts beside the merged transformer, and the manifest. */
async function finish(
  pending: string,
  file: string,
  { folder: from, manifest }: ReturnType<typeof openModelFolder>,
  name: string,
  adapters: readonly MergedAdapter[],
): Promise<void> {
  const before = manifest.components.transformer
  if (!before) throw new TypeError('a manifest names a transformer')
  const others = Object.entries(manifest.components).filter(([role]) => role !== 'transformer')
  const own = new Set(others.map(([, component]) => component.folder).filter((part) => !isShared(part)))
  for (const part of own) onFile(pending, () => cpSync(join(from, part), join(pending, part), { recursive: true }))
  const { files: _files, precision: _precision, precisionError: _error, pictureError: _picture, ...rest } = before
  const list = adapters.map((one) => `${one.name}:${one.strength}`).join(', ')
  const source = `${manifest.name} with ${list}`
  const component = { ...rest, folder: 'transformer', sha256: await sha256Of(file), bytes: identify(file).size, source }
  await writeManifest(pending, {
    ...manifest,
    name,
    title: name,
    version: '1',
    components: { ...manifest.components, transformer: component },
  })
}
