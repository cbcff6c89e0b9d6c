import { copyFile, link, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { onFileAsync } from '../files/file-error'
import { identify } from '../files/file-identity'
import { matches } from './checksum'
import { fetchFile, sizeOnDisk, type FileOrder } from './fetch-file'
import type { Asking } from './plan-repository'

/** Files that are fetched at the same time: more than one hides waiting, many would only press the server. */
const AT_ONCE = 3

/** How a transfer goes: bytes that are on disk, and once all of them are, bytes that were compared with their checksums. */
export interface TransferNews {
  readonly phase: 'fetching' | 'checking'
  readonly path: string
  readonly done: number
  readonly total: number
}

type Phase = TransferNews['phase']

/**
 * Fetches files, a few at a time; those that are here already are only checked. The first error ends the others.
 * Throws what `fetchFile` throws.
 */
export async function transfer(
  orders: readonly FileOrder[],
  asking: Asking,
  onNews: (news: TransferNews) => void,
): Promise<void> {
  const total = orders.reduce((sum, { file }) => sum + file.bytes, 0)
  const at = { fetching: new Map<FileOrder, number>(), checking: new Map<FileOrder, number>() }
  for (const order of orders) at.fetching.set(order, order.known === undefined ? await sizeOnDisk(order) : order.file.bytes)
  const sum = (phase: Phase): number => [...at[phase].values()].reduce((all, bytes) => all + bytes, 0)
  const tell = (order: FileOrder, about: Phase, bytes: number): void => {
    at[about].set(order, bytes)
    const phase = sum('fetching') < total ? 'fetching' : 'checking'
    if (about === 'fetching' || phase === about) onNews({ phase: about, path: order.file.path, done: sum(about), total })
  }
  const stop = new AbortController()
  const signal = asking.signal ? AbortSignal.any([asking.signal, stop.signal]) : stop.signal
  const waiting = [...orders]
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      const mine = order
      await bring(mine, { ...asking, signal }, (phase, bytes) => tell(mine, phase, bytes))
    }
  }
  let failure: unknown
  const workers = Array.from({ length: AT_ONCE }, () =>
    work().catch((error: unknown) => {
      // What the others throw once they are stopped says nothing.
      failure ??= error
      stop.abort()
    }),
  )
  await Promise.all(workers)
  if (failure !== undefined) throw failure
}

/** Brings one file here, unless it is here. */
async function bring(order: FileOrder, asking: Asking, tell: (phase: Phase, at: number) => void): Promise<void> {
  const { target, file, known } = order
  if (known !== undefined && isThere(known, file.bytes) && !isThere(target, file.bytes))
    await onFileAsync(target, () => share(known, target))
  if (isThere(target, file.bytes)) {
    let checked = 0
    if (await matches(target, file, asking.signal, (count) => tell('checking', (checked += count)))) return
    await onFileAsync(target, () => rm(target, { force: true }))
  }
  await fetchFile(order, asking, { fetched: (at) => tell('fetching', at), checked: (at) => tell('checking', at) })
}

/** Two names for one file where the disk can, else a copy. */
async function share(known: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await rm(target, { force: true })
  await link(known, target).catch(() => copyFile(known, target))
}

function isThere(path: string, bytes: number): boolean {
  try {
    return identify(path).size === bytes
  } catch {
    return false
  }
}
