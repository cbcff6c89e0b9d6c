import { createHash } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ADAPTER_CARD, ADAPTER_FORMAT, AdapterName, type AdapterCard, type FoundAdapter } from '#shared/schema/adapter'
import { writeFileAtomically } from '../../files/atomic-write'
import { onFile } from '../../files/file-error'
import { identify, sha256Of } from '../../files/file-identity'
import { AdapterError, type Adapter } from '../../models/peft/adapter'
import type { AdapterAbout } from '../../models/peft/adapter-about'
import { PEFT_CONFIG, PEFT_WEIGHTS } from '../../models/peft/read-adapter'
import { writeAdapter } from '../../models/peft/write-adapter'

/** What recipes call an adapter by: its weights, and its configuration, which decides how strongly they act. Throws FileError. */
export async function adapterHash(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of [PEFT_WEIGHTS, PEFT_CONFIG]) hash.update(`${file} ${await sha256Of(join(folder, file))}\n`)
  return hash.digest('hex')
}

/**
 * Puts an adapter into the library: PEFT's folder with a card. The folder has its name only once it is whole. Throws AdapterError where
 * the name is taken or no name, FileError.
 */
export async function addAdapter(adapters: string, name: string, adapter: Adapter, about: AdapterAbout): Promise<FoundAdapter> {
  const read = AdapterName.safeParse(name)
  if (!read.success) {
    throw new AdapterError(
      'adapter.place',
      `'${name}' is no name of an adapter.`,
      `A name ${read.error.issues[0]?.message ?? ''}.`,
    )
  }
  const folder = join(adapters, name)
  if (existsSync(folder)) {
    throw new AdapterError(
      'adapter.place',
      `An adapter '${name}' is already in the library.`,
      'Choose another name, or remove that one first.',
    )
  }
  const pending = join(adapters, `.${name}.partial`)
  onFile(pending, () => rmSync(pending, { recursive: true, force: true }))
  try {
    await writeAdapter(pending, adapter, about)
    const card = await describe(pending, name, adapter, about)
    await writeFileAtomically(join(pending, ADAPTER_CARD), `${JSON.stringify(card, undefined, 2)}\n`)
    onFile(folder, () => renameSync(pending, folder))
    return { folder, card }
  } catch (error) {
    rmSync(pending, { recursive: true, force: true })
    throw error
  }
}

async function describe(folder: string, name: string, { layers }: Adapter, about: AdapterAbout): Promise<AdapterCard> {
  const all = [...layers.values()]
  return {
    format: ADAPTER_FORMAT,
    name,
    sha256: await adapterHash(folder),
    title: about.title ?? name,
    dora: all.some(({ magnitude }) => magnitude !== undefined),
    ranks: [...new Set(all.map(({ rank }) => rank))].sort((a, b) => a - b),
    layers: all.length,
    bytes: identify(join(folder, PEFT_WEIGHTS)).size,
    ...(about.base && { base: about.base }),
    triggers: about.triggers,
    addedAt: Date.now(),
  }
}

/** Removes an adapter of the library. Throws AdapterError for any other folder, FileError. */
export function removeAdapter(adapters: string, folder: string): void {
  if (resolve(dirname(folder)) !== resolve(adapters)) {
    throw new AdapterError('adapter.place', `${folder} is no adapter of the library.`, `Adapters lie in ${adapters}.`)
  }
  // Gone from the list at once, whatever happens while its files go.
  const gone = join(adapters, `.${basename(folder)}.removed`)
  onFile(folder, () => renameSync(folder, gone))
  onFile(gone, () => rmSync(gone, { recursive: true, force: true }))
}
