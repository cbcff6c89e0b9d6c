import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { FailureError } from '#shared/ipc/failure'
import { backUp, restoreBackup } from './backup'
import { codeOf, failureOf } from './failure-of'
import { foldersIn, type Folders } from './folders'
import { GenerationStore } from './generations'
import { HistoryStore } from './history'
import { Locks } from './locks'
import { PictureFiles } from './picture-files'
import { PromptStore } from './prompts'
import { QueueStore } from './queue'
import { SettingsStore } from './settings'
import { Sqlite, suspicionOf } from './sqlite'
import { StateStore } from './states'
import { migrate } from './tables'
import { idsBeginAfter } from './new-id'
import { timeIn } from './order'
import { TimingStore } from './timings'

/**
 * Everything the studio keeps: an SQLite database and picture files in one data folder. The app and the command line open
 * it alike, also at the same time.
 */
export class Library {
  readonly settings: SettingsStore
  readonly prompts: PromptStore
  readonly generations: GenerationStore
  readonly history: HistoryStore
  readonly queue: QueueStore
  readonly timings: TimingStore
  readonly locks: Locks
  readonly files: PictureFiles
  readonly states: StateStore

  private constructor(
    private readonly db: Sqlite,
    readonly folders: Folders,
    who: string,
    /** What had to be repaired while opening, in words; null when nothing. */
    readonly repair: string | null,
  ) {
    this.settings = new SettingsStore(db)
    this.prompts = new PromptStore(db)
    this.generations = new GenerationStore(db, this.prompts)
    this.history = new HistoryStore(db)
    this.queue = new QueueStore(db)
    this.timings = new TimingStore(db)
    this.locks = new Locks(db, who)
    this.files = new PictureFiles(folders)
    this.states = new StateStore(db, folders.states)
  }

  /**
   * Opens the library in a data folder, made when it is not there. A damaged database is set aside and the last backup takes its
   * place. `who`: how other processes name this one. Throws a FailureError: disk full, not writable, newer version.
   */
  static open(root: string, who: string): Library {
    const folders = foldersIn(root)
    try {
      for (const folder of [folders.root, folders.pictures, folders.frames, folders.models, folders.adapters])
        mkdirSync(folder, { recursive: true })
      const { db, repair } = openOrRepair(folders)
      const library = new Library(db, folders, who, repair)
      idsBeginAfter(timeIn(library.generations.newest() ?? ''))
      return library
    } catch (error) {
      throw new FailureError(failureOf(error, root))
    }
  }

  /** Changes whenever another process has written to the library. */
  dataVersion(): number {
    return this.db.dataVersion()
  }

  backUp(): void {
    backUp(this.db, this.folders)
  }

  close(): void {
    this.locks.release('queue')
    this.locks.release('run')
    this.db.close()
  }
}

function openOrRepair(folders: Folders): { readonly db: Sqlite; readonly repair: string | null } {
  try {
    return { db: openDatabase(folders.database), repair: null }
  } catch (error) {
    const damaged = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(codeOf(error)) && existsSync(folders.database)
    if (!damaged) throw error
  }
  const { aside, restored } = restoreBackup(folders, new Date())
  const what = restored
    ? 'The last backup took its place.'
    : 'There was no backup, so the history starts anew; your pictures are still in the pictures folder.'
  return { db: openDatabase(folders.database), repair: `The library’s database was damaged and is now at ${aside}. ${what}` }
}

/** Opens, checks and migrates. Throws the driver's error. */
function openDatabase(file: string): Sqlite {
  const db = new Sqlite(file)
  try {
    if (existsSync(suspicionOf(file))) checkWhole(db)
    migrate(db)
    // Reads the pages of every table's root: enough to notice a file that was cut or overwritten, and fast with 100,000 rows.
    for (const table of ['records', 'prompts', 'generations', 'queue', 'timings', 'locks'])
      db.get(`SELECT * FROM ${table} LIMIT 1`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Reads all of a database in which damage was met. Throws as the driver does where there is some. */
function checkWhole(db: Sqlite): void {
  const found = db.get('PRAGMA quick_check(1)')?.['quick_check']
  rmSync(suspicionOf(db.file), { force: true })
  if (found !== 'ok') throw Object.assign(new Error(String(found)), { code: 'SQLITE_CORRUPT' })
}
