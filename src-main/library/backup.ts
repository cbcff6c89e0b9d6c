import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Folders } from './folders'
import { Sqlite } from './sqlite'

/** Copies the database into the backup folder, whole or not at all. */
export function backUp(db: Sqlite, { backup }: Folders): void {
  mkdirSync(dirname(backup), { recursive: true })
  const fresh = `${backup}.new`
  rmSync(fresh, { force: true })
  db.run('VACUUM INTO ?', fresh)
  renameSync(fresh, backup)
}

/**
 * Puts a damaged database aside, next to where it was, and the last backup in its place.
 * Returns where the damaged file is now, and whether there was a backup.
 */
export function restoreBackup(folders: Folders, now: Date): { readonly aside: string; readonly restored: boolean } {
  const aside = `${folders.database}.damaged-${now.toISOString().replaceAll(':', '-')}`
  renameSync(folders.database, aside)
  for (const companion of ['-wal', '-shm']) {
    if (existsSync(folders.database + companion)) renameSync(folders.database + companion, aside + companion)
  }
  if (!existsSync(folders.backup)) return { aside, restored: false }
  // Through SQLite, so that the copy is one that it can read; throws when the backup is damaged too.
  const copy = new Sqlite(folders.backup)
  try {
    copy.run('VACUUM INTO ?', folders.database)
  } catch (error) {
    rmSync(folders.database, { force: true })
    throw error
  } finally {
    copy.close()
  }
  return { aside, restored: true }
}
