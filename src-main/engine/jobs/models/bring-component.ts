import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ImportTask, TellModels } from '#shared/engine/models'
import type { ComponentFile, ModelComponent } from '#shared/schema/model-manifest'
import { bringFile, linkFile } from '../../files/bring-file'
import { requireSpace } from '../../files/disk-space'
import { identify, isUnchanged, type FileIdentity, type HashCache } from '../../files/file-identity'
import { WeightsError } from '../../weights/weights-error'
import type { ComponentStore } from '../../weights/component-store'
import type { RecognisedPart } from './recognise/recognise'
import { WEIGHTS_FILE, writeConfig, writeWeights } from './write-component'

/** What bringing in a component needs. */
export interface Bringing {
  readonly store: ComponentStore
  readonly hashes: HashCache
  readonly tell: TellModels
  readonly signal: AbortSignal | undefined
}

/** A file beside the weights that belongs to the component, such as a tokenizer. */
export interface Companion {
  readonly path: string
  readonly name: string
}

interface Origin {
  readonly path: string
  /** In the component's folder. */
  readonly name: string
  readonly sha256: string
  readonly identity: FileIdentity
}

/**
 * Brings a recognised network into the library's shared components: its files as they are where they can be read so, else rewritten as one
 * .safetensors under the graphs' keys. The same files give the same component, which is then used as it is. Throws FileError, the signal's reason.
 */
export async function bringComponent(
  part: RecognisedPart,
  task: Pick<ImportTask, 'keep' | 'licence' | 'source'>,
  companions: readonly Companion[],
  bringing: Bringing,
): Promise<ModelComponent> {
  const { store, tell } = bringing
  const asIs = readableAsIs(part, task.keep)
  const origins = await hashed(part, [...weightFiles(part, asIs), ...companions], bringing)
  const isLinked = task.keep === 'link' && asIs
  if (task.keep === 'link' && !asIs) {
    tell({ is: 'note', text: `${part.given.path} is copied, not linked: its tensors go by other names than the network's.` })
  }
  const madeFrom = JSON.stringify({
    import: 1,
    config: part.config,
    files: origins.map(({ name, sha256, path }) => (isLinked ? [name, sha256, path] : [name, sha256])),
    asIs,
  })
  const told = {
    ...(task.licence !== undefined && { licence: task.licence }),
    ...(task.source !== undefined && { source: task.source }),
  }
  const there = store.find(madeFrom)
  if (there) return { ...there, ...told }
  const pending = await store.pending(madeFrom)
  const beside = new Set(companions.map(({ name }) => name))
  const files = [await writeConfig(pending, part.config)]
  for (const origin of origins) {
    if (beside.has(origin.name) || asIs)
      files.push(await bring(part, origin, pending, isLinked && !beside.has(origin.name), bringing))
  }
  if (!asIs) files.push(await rewrite(part, pending, bringing))
  for (const { path, identity } of origins) checkUnchanged(path, identity)
  const weights = files.filter(({ name }) => name !== 'config.json' && !beside.has(name))
  return store.keep(pending, {
    sha256: checksumOf(weights),
    bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
    files,
    ...(isLinked ? { linked: true } : {}),
    licence: 'unknown',
    source: part.given.path,
    ...told,
    madeFrom,
  })
}

/** One file's checksum; of several, that of their list. */
function checksumOf(weights: readonly ComponentFile[]): string {
  const [only] = weights
  if (weights.length === 1 && only) return only.sha256
  const lines = weights.map(({ name, sha256 }) => `${name} ${sha256}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/** Whether the files hold the network's own keys and shapes, so that they need no rewriting. PyTorch's own files only where they are linked. */
function readableAsIs({ given, tensors }: RecognisedPart, keep: ImportTask['keep']): boolean {
  return [...tensors].every(([key, ref]) => {
    const stored = given.source.tensors.get(key)
    return (
      (keep === 'link' || ref.file.endsWith('.safetensors')) &&
      stored?.offset === ref.offset &&
      stored.file === ref.file &&
      stored.shape.join() === ref.shape.join()
    )
  })
}

/** The files that the tensors lie in, and the index that joins them. Files that are rewritten need no names. */
function weightFiles({ given, tensors }: RecognisedPart, asIs: boolean): Companion[] {
  const files = [...new Set([...tensors.values()].map(({ file }) => file))]
  const [only] = files
  const name = only?.endsWith('.safetensors') === true ? WEIGHTS_FILE : 'pytorch_model.bin'
  if (files.length === 1 && only !== undefined) return [{ path: only, name }]
  const shards = files.map((path) => ({ path, name: basename(path) }))
  return asIs ? [...shards, { path: given.source.path, name: `${name}.index.json` }] : shards
}

async function hashed(part: RecognisedPart, files: readonly Companion[], { hashes, tell, signal }: Bringing): Promise<Origin[]> {
  const identities = files.map(({ path }) => identify(path))
  const total = identities.reduce((sum, { size }) => sum + size, 0)
  const origins: Origin[] = []
  let before = 0
  for (const [i, { path, name }] of files.entries()) {
    const identity = identities[i] ?? identify(path)
    const onProgress = (done: number): void => tell({ is: 'doing', what: 'hashing', part: part.part, done: before + done, total })
    const sha256 = await hashes.sha256(path, { signal, onProgress })
    await hashes.save()
    origins.push({ path, name, sha256, identity })
    before += identity.size
  }
  return origins
}

function checkUnchanged(path: string, identity: FileIdentity): void {
  if (isUnchanged(path, identity)) return
  throw new WeightsError(
    'weights.changed',
    path,
    'changed while it was imported',
    'Import it again when nothing writes to it any more.',
  )
}

async function bring(
  { part }: RecognisedPart,
  { path, name, sha256, identity }: Origin,
  folder: string,
  isLink: boolean,
  { tell, signal }: Bringing,
): Promise<ComponentFile> {
  const to = join(folder, name)
  const onProgress = (done: number): void => tell({ is: 'doing', what: 'copying', part, done, total: identity.size })
  if (isLink) await linkFile(path, to)
  // What an earlier attempt brought whole is there already.
  else if (!existsSync(to)) await bringFile(path, to, { signal, onProgress })
  return { name, bytes: identity.size, sha256 }
}

async function rewrite({ part, tensors }: RecognisedPart, folder: string, { tell, signal }: Bringing): Promise<ComponentFile> {
  requireSpace(
    folder,
    [...tensors.values()].reduce((sum, { length }) => sum + length, 0),
  )
  const onProgress = (done: number, total: number): void => tell({ is: 'doing', what: 'writing', part, done, total })
  return writeWeights(folder, tensors, { onProgress, ...(signal ? { signal } : {}) })
}
