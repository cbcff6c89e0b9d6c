import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ModelComponent, SHARED_COMPONENTS } from '#shared/schema/model-manifest'
import { PARTIAL_SUFFIX, writeFileAtomically } from '../files/atomic-write'
import { onFileAsync } from '../files/file-error'
import { identify } from '../files/file-identity'
import { readConfig } from './component'

/** What `component.json` remembers beside a shared component's files: all that a manifest says of it, and what it was made from. */
const ComponentRecord = ModelComponent.omit({ folder: true }).required({ files: true }).extend({ madeFrom: z.string() })
export type ComponentRecord = z.infer<typeof ComponentRecord>

const RECORD = 'component.json'

/**
 * Components that models of one library share: `components/<id>/`, where the id tells the content, so that the same component is there
 * once. A folder has its name only once it is whole; it is never changed afterwards.
 */
export class ComponentStore {
  private readonly root: string

  /** `models`: the folder that holds the library's models. */
  constructor(models: string) {
    this.root = join(models, SHARED_COMPONENTS)
  }

  /** The folder of a component as a manifest names it. */
  folderNamed(name: string): string {
    return join(this.root, basename(name))
  }

  /** A component that was made from the same and is whole, if there is one. */
  find(madeFrom: string): ModelComponent | undefined {
    if (!existsSync(this.root)) return undefined
    for (const id of readdirSync(this.root)) {
      const record = /^[0-9a-f]{32}$/.test(id) ? wholeRecord(join(this.root, id)) : undefined
      if (record && record.madeFrom === digest(madeFrom)) return componentOf(id, record)
    }
    return undefined
  }

  /**
   * A folder to put a component together in, before it has its name. The same `madeFrom` finds what an earlier attempt left there, but
   * for files that were being written when it was killed. Throws FileError.
   */
  async pending(madeFrom: string): Promise<string> {
    const folder = join(this.root, `.${digest(madeFrom).slice(0, 32)}${PARTIAL_SUFFIX}`)
    await onFileAsync(folder, async () => {
      await mkdir(folder, { recursive: true })
      for (const name of readdirSync(folder)) if (name.startsWith('.')) await rm(join(folder, name), { force: true })
    })
    return folder
  }

  /** Gives a component that is whole its name. What is there already stays, unless it was damaged. Throws FileError. */
  async keep(pending: string, { madeFrom, ...rest }: ComponentRecord): Promise<ModelComponent> {
    const record = { ...rest, madeFrom: digest(madeFrom) }
    const id = idOf(record)
    const folder = join(this.root, id)
    await writeFileAtomically(join(pending, RECORD), `${JSON.stringify(ComponentRecord.parse(record), undefined, 2)}\n`)
    await onFileAsync(folder, async () => {
      if (existsSync(folder) && wholeRecord(folder)) return rm(pending, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
      await rename(pending, folder)
    })
    return componentOf(id, record)
  }
}

/** How a manifest names a shared component. */
function componentOf(id: string, { madeFrom: _, ...record }: ComponentRecord): ModelComponent {
  return { folder: `../${SHARED_COMPONENTS}/${id}`, ...record }
}

/** The record of a component's folder, where all of its files are there at their sizes. */
function wholeRecord(folder: string): ComponentRecord | undefined {
  try {
    const record = readConfig(join(folder, RECORD), ComponentRecord)
    return record.files.every(({ name, bytes }) => identify(join(folder, name)).size === bytes) ? record : undefined
  } catch {
    return undefined
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A component of links is another than one of copies: it goes when their files do. */
function idOf({ files, linked }: Pick<ComponentRecord, 'files' | 'linked'>): string {
  const lines = files.map(({ name, sha256 }) => `${name} ${sha256}\n`).sort()
  return digest(lines.join('') + (linked === true ? 'linked\n' : '')).slice(0, 32)
}
