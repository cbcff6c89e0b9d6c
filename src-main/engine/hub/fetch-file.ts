import { mkdir, open, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PlannedFile } from '#shared/schema/download'
import { onFileAsync } from '../files/file-error'
import { PARTIAL_SUFFIX } from '../files/atomic-write'
import { matches } from './checksum'
import { guardedFetch, reasonOf, refusalOf } from './guarded-fetch'
import { HubError, Passing, redact } from './hub-error'
import { whereIs, type Asking } from './plan-repository'
import { nonsense } from './refusal'
import { persist } from './retry'

/** A file of a repository on its way to this disk. */
export interface FileOrder {
  readonly repository: string
  readonly revision: string
  readonly file: Omit<PlannedFile, 'have'>
  /** Where it goes. */
  readonly target: string
  /** A file of this disk that has the same content, by what is known of it. */
  readonly known?: string
}

/** Hears how it goes: `at` is how much of the file is on disk; `checked` how much of it was compared with the checksum. */
export interface FileNews {
  fetched(at: number): void
  checked(at: number): void
}

const KEPT = 'Start the download again: it goes on where it stopped.'

/** Where a file grows. Its name holds the checksum, so that what is gone on with is of the same content. */
export const partialOf = ({ target, file }: Pick<FileOrder, 'target' | 'file'>): string =>
  `${target}.${file.checksum.hex.slice(0, 16)}${PARTIAL_SUFFIX}`

/** How much of a file is on this disk already. */
export async function sizeOnDisk(order: Pick<FileOrder, 'target' | 'file'>): Promise<number> {
  const sizes = [order.target, partialOf(order)].map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  const [whole = 0, part = 0] = await Promise.all(sizes)
  return whole === order.file.bytes ? whole : Math.min(part, order.file.bytes)
}

/**
 * Fetches one file, going on with what is there, and puts it under its name once its checksum is right. (The library's own download
 * can neither resume nor be kept from sending the token to other hosts, so that only its addresses are used.)
 * Throws HubError, FileError (disk full, …), or the signal's reason; what has arrived stays for the next time.
 */
export async function fetchFile(order: FileOrder, asking: Asking, news: FileNews): Promise<void> {
  const partial = partialOf(order)
  await onFileAsync(order.target, () => mkdir(dirname(order.target), { recursive: true }))
  for (const isLastTry of [false, true]) {
    await fillPartial(partial, order, asking, news)
    let checked = 0
    if (await matches(partial, order.file, asking.signal, (count) => news.checked((checked += count)))) {
      return onFileAsync(order.target, () => rename(partial, order.target))
    }
    // What was gone on with may have been damaged on this disk: begin anew, once.
    await onFileAsync(partial, () => rm(partial, { force: true }))
    if (!isLastTry) news.fetched(0)
  }
  const what = `${order.file.path} of ${order.repository} arrived, but its checksum is wrong`
  throw new HubError('hub.hash', `${what}: it was damaged or changed on its way.`, 'Try again later, or choose another mirror.')
}

async function fillPartial(partial: string, order: FileOrder, asking: Asking, news: FileNews): Promise<void> {
  let before = -1
  let at = 0
  await persist(
    asking.patience,
    asking.signal,
    async () => {
      const file = await onFileAsync(partial, () => open(partial, 'a'))
      try {
        at = Math.min((await file.stat()).size, order.file.bytes)
        if (before < 0) before = at
        news.fetched(at)
        if (at < order.file.bytes) at = await receive(file, at, order, asking, news)
        await onFileAsync(partial, () => file.sync())
      } finally {
        at = Math.min((await file.stat()).size, order.file.bytes)
        await file.close()
      }
    },
    () => {
      const isFurther = at > before
      before = at
      return isFurther
    },
  )
  await onFileAsync(partial, () => truncate(partial, order.file.bytes))
}

/** One request for the rest of a file, from byte `at` on. Returns where the file ends now. */
async function receive(file: FileHandle, at: number, order: FileOrder, asking: Asking, news: FileNews): Promise<number> {
  const { endpoint, patience, signal } = asking
  const asked = { repository: order.repository, path: order.file.path }
  // A failure of this question is one of this attempt.
  const once = { ...asking, patience: { ...patience, attempts: 1 } }
  const address = await whereIs(order.repository, order.revision, order.file.path, once)
  const stop = new AbortController()
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const headers = {
    'accept-encoding': 'identity',
    ...(at > 0 ? { range: `bytes=${at}-` } : {}),
    ...(endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` }),
  }
  const response = await guardedFetch(endpoint, address, { headers, signal: either }, patience)
  try {
    if (!response.ok) throw await refusalOf(endpoint, asked, response)
    if (response.status !== 206 || at === 0) {
      // Not all servers can begin in the middle.
      await onFileAsync(order.target, () => file.truncate(0))
      at = 0
    } else if (!response.headers.get('content-range')?.startsWith(`bytes ${at}-`)) {
      throw nonsense(endpoint, asked, `it sends another part of ${order.file.path} than was asked for`)
    }
    return await store(response, file, at, order, { stop, silenceMs: patience.silenceMs, onBytes: news.fetched })
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof Error && 'remedy' in error) throw error
    const why = stop.signal.aborted ? 'nothing came any more' : redact(reasonOf(error), endpoint.token)
    throw new Passing('hub.cut', `The download of ${order.file.path} was cut off: ${why}.`, KEPT)
  } finally {
    stop.abort()
  }
}

interface Storing {
  readonly stop: AbortController
  readonly silenceMs: number
  readonly onBytes: (at: number) => void
}

/** Appends a body to the file as it comes. Ends it where it says nothing for too long, or more than was planned. */
async function store(response: Response, file: FileHandle, from: number, order: FileOrder, how: Storing): Promise<number> {
  let at = from
  let timer = setTimeout(() => how.stop.abort(), how.silenceMs)
  try {
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      clearTimeout(timer)
      if (at + part.length > order.file.bytes) {
        const what = `${order.file.path} of ${order.repository} is larger than the hub's list says`
        throw new HubError('hub.hash', `${what} (${order.file.bytes} bytes).`, 'Try again later, or choose another mirror.')
      }
      await onFileAsync(order.target, () => file.appendFile(part))
      at += part.length
      how.onBytes(at)
      timer = setTimeout(() => how.stop.abort(), how.silenceMs)
    }
  } finally {
    clearTimeout(timer)
  }
  if (at < order.file.bytes) throw new Passing('hub.cut', `${order.file.path} ended at byte ${at} of ${order.file.bytes}.`, KEPT)
  return at
}
