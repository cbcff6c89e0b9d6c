import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { onFileAsync } from './file-error'

/** Pending files carry this ending, so that what a crash left behind can be told from results. */
export const PARTIAL_SUFFIX = '.partial'

/**
 * Writes a file so that its name ever shows either the old content or the whole new one: `fill` writes into a neighbour,
 * which is flushed to disk and then renamed. On any failure the neighbour is removed and the old file stays.
 * Creates missing folders. Throws FileError (disk full, folder not writable, …).
 */
export async function writeAtomically(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const folder = dirname(path)
  const pending = join(folder, `.${basename(path).slice(0, 150)}.${randomUUID()}${PARTIAL_SUFFIX}`)
  await onFileAsync(path, async () => {
    await mkdir(folder, { recursive: true })
    try {
      const file = await open(pending, 'wx')
      try {
        await fill(file)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(pending, path)
    } catch (error) {
      await rm(pending, { force: true })
      throw error
    }
    await flushFolder(folder)
  })
}

/** `writeAtomically` for bytes or text that are already there. */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  await writeAtomically(path, (file) => file.writeFile(content))
}

/** Makes the rename itself last. Windows cannot open folders and some network disks refuse: then the rename must do. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    return
  }
}
