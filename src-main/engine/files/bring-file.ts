import { constants } from 'node:fs'
import { copyFile, link, open, realpath, rename, symlink, type FileHandle } from 'node:fs/promises'
import { EngineError } from '../ir/errors'
import { PARTIAL_SUFFIX } from './atomic-write'
import { onFileAsync, systemCode } from './file-error'
import type { ReadingWishes } from './file-identity'

/** How a file came to its new place: sharing the disk space of the old one, or as a second copy. */
export type Brought = 'shared' | 'copied'

const PIECE = 1 << 24

/**
 * A second name for a file's content, without a second copy where the file system can (a copy on write, else a hard link). Otherwise it is
 * copied; a copy that was cut short goes on where it stopped. The caller sees to it that what lies there is of the same file.
 * Throws FileError, the signal's reason.
 */
export async function bringFile(from: string, to: string, wishes: ReadingWishes = {}): Promise<Brought> {
  return onFileAsync(to, async () => {
    const original = await realpath(from)
    if (await succeeds(() => copyFile(original, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE))) return 'shared'
    if (await succeeds(() => link(original, to))) return 'shared'
    await copyOn(original, to, wishes)
    return 'copied'
  })
}

/** A symbolic link to where a file really lies. Throws FileError, EngineError where the system allows none. */
export async function linkFile(from: string, to: string): Promise<void> {
  const original = await onFileAsync(from, () => realpath(from))
  try {
    await symlink(original, to)
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await realpath(to)) === original) return
    throw new EngineError(
      'file.link',
      `${to} cannot be made a link: this system or this disk allows none.`,
      'Copy the files instead.',
      { cause: error },
    )
  }
}

async function succeeds(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt()
    return true
  } catch {
    return false
  }
}

/** Copies a file; a copy that was cut short goes on. Throws the system's error, the signal's reason. */
export async function copyOn(from: string, to: string, wishes: ReadingWishes): Promise<void> {
  const partial = `${to}${PARTIAL_SUFFIX}`
  const source = await open(from, 'r')
  try {
    const target = await open(partial, 'a+')
    try {
      await pour(source, target, wishes)
      await target.sync()
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
  await rename(partial, to)
}

/** Appends what the target lacks. */
async function pour(source: FileHandle, target: FileHandle, { signal, onProgress }: ReadingWishes): Promise<void> {
  const { size } = await source.stat()
  let at = (await target.stat()).size
  if (at > size) {
    await target.truncate(0)
    at = 0
  }
  const piece = new Uint8Array(PIECE)
  while (at < size) {
    signal?.throwIfAborted()
    const { bytesRead } = await source.read(piece, 0, PIECE, at)
    if (bytesRead === 0) throw Object.assign(new Error('the file became shorter while it was copied'), { code: 'EIO' })
    await target.writeFile(piece.subarray(0, bytesRead))
    at += bytesRead
    onProgress?.(at)
  }
}
