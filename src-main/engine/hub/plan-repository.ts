import { fileDownloadInfo, listFiles, modelInfo, type ListFileEntry } from '@huggingface/hub'
import type { PlannedFile } from '#shared/schema/download'
import type { Repository } from '#shared/released/catalogue'
import type { Endpoint } from './endpoint'
import { libraryFetch } from './guarded-fetch'
import { fromLibrary, nonsense, refusal, type Asked } from './refusal'
import { persist, type Patience } from './retry'

/** What is to be fetched of a repository: the commit, and each file with its size and checksum. */
export interface RepositoryPlan {
  /** A commit, so that files listed now and fetched later belong together. */
  readonly revision: string
  /** As the repository states it; undefined where it states none. */
  readonly licence: string | undefined
  readonly files: readonly Omit<PlannedFile, 'have'>[]
}

export interface Asking {
  readonly endpoint: Endpoint
  readonly patience: Patience
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the hub what the files of a repository are, and whether they may be had. Throws HubError (`hub.gated` before anything is
 * fetched), or the signal's reason.
 */
export async function planRepository(repository: Repository, asking: Asking): Promise<RepositoryPlan> {
  const { name } = repository
  const { revision, licence } = await ask(asking, { repository: name }, async (options) => {
    const info = await modelInfo({ name, additionalFields: ['sha', 'tags'], revision: 'main', ...options })
    const stated = Array.isArray(info.tags)
      ? info.tags.find((tag) => typeof tag === 'string' && tag.startsWith('license:'))
      : undefined
    return { revision: String(info.sha), licence: stated?.slice('license:'.length, 200) }
  })
  if (!/^[0-9a-f]{40}$/.test(revision)) throw nonsense(asking.endpoint, { repository: name }, 'it names no commit')
  const listed = await listRepository(name, revision, asking)
  const files = repository.files.map((path) => {
    const entry = listed.get(path)
    if (entry === undefined) throw refusal(asking.endpoint, { repository: name, path }, 404, new Headers())
    return plannedFile(entry, name, asking.endpoint)
  })
  const [first] = repository.files
  // Lists are open to everybody; whether the files are shows only when one is asked for.
  if (first !== undefined) await whereIs(name, revision, first, asking)
  return { revision, licence, files }
}

async function listRepository(name: string, revision: string, asking: Asking): Promise<Map<string, ListFileEntry>> {
  return ask(asking, { repository: name }, async (options) => {
    const found = new Map<string, ListFileEntry>()
    for await (const entry of listFiles({ repo: { type: 'model', name }, revision, recursive: true, ...options })) {
      found.set(entry.path, entry)
      if (found.size > 10_000) throw nonsense(asking.endpoint, { repository: name }, 'its list of files has no end')
    }
    return found
  })
}

function plannedFile(entry: ListFileEntry, repository: string, endpoint: Endpoint): Omit<PlannedFile, 'have'> {
  const { path, size, lfs, oid } = entry
  const checksum = lfs ? ({ kind: 'sha256', hex: lfs.oid } as const) : ({ kind: 'git-blob', hex: oid ?? '' } as const)
  const isKnown = entry.type === 'file' && Number.isSafeInteger(size) && size >= 0 && (lfs === undefined || lfs.size === size)
  if (!isKnown || !(lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(checksum.hex))
    throw nonsense(endpoint, { repository, path }, `it gives no size and checksum for ${path}`)
  return { path, bytes: size, checksum }
}

/** Where a file's bytes are to be asked for now: links of the hub expire, so ask anew for each attempt. Throws HubError. */
export async function whereIs(repository: string, revision: string, path: string, asking: Asking): Promise<string> {
  return ask(asking, { repository, path }, async (options) => {
    const info = await fileDownloadInfo({ repo: { type: 'model', name: repository }, path, revision, ...options })
    if (info === null) throw refusal(asking.endpoint, { repository, path }, 404, new Headers())
    return info.url
  })
}

interface LibraryOptions {
  readonly hubUrl: string
  readonly fetch: typeof fetch
  readonly accessToken?: string
}

async function ask<T>(asking: Asking, asked: Asked, question: (options: LibraryOptions) => Promise<T>): Promise<T> {
  const { endpoint, patience, signal } = asking
  return persist(patience, signal, async () => {
    try {
      return await question({
        hubUrl: endpoint.url,
        fetch: libraryFetch(endpoint, asked, signal, patience),
        ...(endpoint.token === undefined ? {} : { accessToken: endpoint.token }),
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw fromLibrary(error, endpoint, asked)
    }
  })
}
