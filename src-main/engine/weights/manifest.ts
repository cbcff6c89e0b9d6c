import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  ModelManifest,
  SHARED_COMPONENTS,
  ComponentRole,
  type ComponentFile,
  type ModelComponent,
} from '#shared/schema/model-manifest'
import { writeFileAtomically } from '../files/atomic-write'
import { identify, type HashCache, type ReadingWishes } from '../files/file-identity'
import { readConfig } from './component'
import { WeightsError } from './weights-error'

const FILE = 'model.json'

/** A model folder, its parts not yet opened. */
export interface ModelFolder {
  readonly folder: string
  readonly manifest: ModelManifest
  /** What recipes call the model by. */
  readonly sha256: string
}

/** Reads `model.json`. Throws WeightsError `weights.config` or FileError. */
export function openModelFolder(folder: string): ModelFolder {
  const manifest = readConfig(join(folder, FILE), ModelManifest)
  return { folder, manifest, sha256: modelHash(manifest) }
}

/** Writes `model.json` atomically, after the files it names. */
export async function writeManifest(folder: string, manifest: ModelManifest): Promise<void> {
  await writeFileAtomically(join(folder, FILE), `${JSON.stringify(ModelManifest.parse(manifest), undefined, 2)}\n`)
}

/** The parts that decide what a recipe draws. */
const DRAWING: readonly ComponentRole[] = ['text', 'transformer', 'decoder']

/** The identity of a model: of what decides its pictures, so neither of its title nor of the encoder that only training needs. */
export function modelHash({ components, transport, latent, text }: ModelManifest): string {
  const hash = createHash('sha256')
  for (const role of DRAWING) hash.update(`${role} ${components[role]?.sha256 ?? '-'}\n`)
  hash.update(canonical({ transport, latent, text }))
  return hash.digest('hex')
}

/** JSON with its keys in order, so that the order in which a file names them does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Whether a component's folder lies beside the models, for several of them. */
export function isShared(folder: string): boolean {
  return folder.startsWith(`../${SHARED_COMPONENTS}/`)
}

/** The folder of one part. Throws WeightsError where the model has no such part. */
export function componentFolder(model: ModelFolder, role: ComponentRole): string {
  const component = model.manifest.components[role]
  if (component) return join(model.folder, component.folder)
  throw new WeightsError('weights.manifest', model.folder, `has no ${role}`, 'Import the model again with all its parts.')
}

/**
 * Compares the weights of every part with the manifest: the sizes, and with a cache the checksums.
 * Throws WeightsError `weights.hash` naming the part, or FileError.
 */
export async function verifyModel(model: ModelFolder, cache?: HashCache): Promise<void> {
  for (const { role, component } of componentsOf(model.manifest)) {
    for (const file of filesOf(component)) await verifyFile(join(model.folder, component.folder), role, file, cache)
  }
}

/** The components of a model, each once: encoder and decoder may be the same. */
export function componentsOf({
  components,
}: ModelManifest): { readonly role: ComponentRole; readonly component: ModelComponent }[] {
  const found = new Map<string, { readonly role: ComponentRole; readonly component: ModelComponent }>()
  for (const role of ComponentRole.options) {
    const component = components[role]
    if (component && !found.has(component.folder)) found.set(component.folder, { role, component })
  }
  return [...found.values()]
}

/** The files of a component that are known by size and checksum. */
export function filesOf({ files, bytes, sha256 }: ModelComponent): readonly ComponentFile[] {
  return files ?? [{ name: 'model.safetensors', bytes, sha256 }]
}

/** Bytes on disk of all parts of a model. */
export function modelBytes(manifest: ModelManifest): number {
  const files = componentsOf(manifest).flatMap(({ component }) => filesOf(component))
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Compares one file of a part with what is known of it. Throws WeightsError `weights.hash`, FileError, the signal's reason. */
export async function verifyFile(
  folder: string,
  role: string,
  { name, bytes, sha256 }: ComponentFile,
  cache?: HashCache,
  wishes?: ReadingWishes,
): Promise<void> {
  const remedy = 'Import or install the model again.'
  const file = join(folder, name)
  const { size } = identify(file)
  if (size !== bytes) {
    throw new WeightsError('weights.hash', file, `has ${size} bytes where the model's ${role} has ${bytes}`, remedy)
  }
  if (cache && (await cache.sha256(file, wishes)) !== sha256) {
    throw new WeightsError('weights.hash', file, `is not the ${role} of this model: its content was changed or damaged`, remedy)
  }
}
