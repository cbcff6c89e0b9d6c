import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ModelManifest, type ComponentRole, type ModelComponent } from '#shared/schema/model-manifest'
import { writeFileAtomically } from '../files/atomic-write'
import { identify, type HashCache } from '../files/file-identity'
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
  for (const [role, component] of Object.entries(model.manifest.components)) {
    await verifyComponent(join(model.folder, component.folder, 'model.safetensors'), role, component, cache)
  }
}

async function verifyComponent(
  file: string,
  role: string,
  component: ModelComponent,
  cache: HashCache | undefined,
): Promise<void> {
  const remedy = 'Import or install the model again.'
  const { size } = identify(file)
  if (size !== component.bytes) {
    throw new WeightsError('weights.hash', file, `has ${size} bytes where the model's ${role} has ${component.bytes}`, remedy)
  }
  if (cache && (await cache.sha256(file)) !== component.sha256) {
    throw new WeightsError('weights.hash', file, `is not the ${role} of this model: its content was changed or damaged`, remedy)
  }
}
