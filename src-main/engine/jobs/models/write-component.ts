import { createHash, type Hash } from 'node:crypto'
import { join } from 'node:path'
import type { ComponentFile } from '#shared/schema/model-manifest'
import { writeFileAtomically } from '../../files/atomic-write'
import { identify } from '../../files/file-identity'
import { writeSafetensors, type Writable, type WriteOptions } from '../../weights/write-safetensors'

export const WEIGHTS_FILE = 'model.safetensors'
export const CONFIG_FILE = 'config.json'

/** Writes a component's `config.json`. Throws FileError. */
export async function writeConfig(folder: string, config: object): Promise<ComponentFile> {
  return writeText(folder, CONFIG_FILE, `${JSON.stringify(config, undefined, 2)}\n`)
}

async function writeText(folder: string, name: string, text: string): Promise<ComponentFile> {
  await writeFileAtomically(join(folder, name), text)
  return { name, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

/** Writes a component's weights as one `model.safetensors`; the checksum is made along the way. Throws FileError, the signal's reason. */
export async function writeWeights(
  folder: string,
  tensors: ReadonlyMap<string, Writable>,
  options: Pick<WriteOptions, 'onProgress' | 'signal'>,
): Promise<ComponentFile> {
  const path = join(folder, WEIGHTS_FILE)
  const hash: Hash = createHash('sha256')
  await writeSafetensors(path, tensors, { ...options, onBytes: (bytes) => hash.update(bytes) })
  return { name: WEIGHTS_FILE, bytes: identify(path).size, sha256: hash.digest('hex') }
}
