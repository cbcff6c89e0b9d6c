import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folders } from './folders'

/** Bytes of each kind of file, and what is left on the disk. Reads folders in turn, so that nothing else waits for it. */
export async function diskUse(
  folders: Folders,
): Promise<{ pictures: number; ways: number; cache: number; models: number; free: number }> {
  const sum = async (...paths: readonly string[]): Promise<number> => {
    let bytes = 0
    for (const path of paths) bytes += await bytesIn(path)
    return bytes
  }
  const { bavail, bsize } = await statfs(folders.root)
  return {
    pictures: await sum(folders.pictures, folders.trash),
    ways: await sum(folders.frames, folders.states, folders.unfinished),
    cache: await sum(folders.thumbnails, folders.features, folders.encoded, folders.lent),
    models: await sum(folders.models, folders.adapters),
    free: bavail * bsize,
  }
}

/** Bytes of the files below a folder; links are not followed. A folder that is not there has none. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesIn(path)
    else if (entry.isFile()) bytes += (await stat(path).catch(() => ({ size: 0 }))).size
  }
  return bytes
}
