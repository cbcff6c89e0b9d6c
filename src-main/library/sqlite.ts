import { writeFileSync } from 'node:fs'
import Database from 'libsql'
import { codeOf } from './failure-of'

/** What SQLite stores. Booleans are written as 0 and 1 by the caller: the driver aborts on them. */
export type SqlValue = string | number | null | Uint8Array
export type SqlRow = Readonly<Record<string, SqlValue>>

type Statement = ReturnType<Database.Database['prepare']>

/**
 * One connection to an SQLite file: the only place that knows the driver. Statements are prepared once and kept.
 * Several processes may have the file open; a writer waits up to five seconds for another.
 */
export class Sqlite {
  private readonly db: Database.Database
  private readonly statements = new Map<string, Statement>()
  private depth = 0

  /** Throws the driver's error when the file cannot be opened or is not a database. */
  constructor(readonly file: string) {
    this.db = new Database(file)
    this.db.pragma('busy_timeout = 5000')
    this.db.pragma('journal_mode = WAL')
    this.db.pragma('synchronous = NORMAL')
    this.db.pragma('foreign_keys = ON')
  }

  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.noticing(() => this.statement(sql).run(storable(values)).changes)
  }

  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined {
    return this.all(sql, ...values)[0]
  }

  all(sql: string, ...values: readonly SqlValue[]): SqlRow[] {
    return this.noticing(() => this.statement(sql).all(storable(values)) as SqlRow[])
  }

  /** Several statements at once, without values. */
  exec(sql: string): void {
    this.db.exec(sql)
  }

  /** All or nothing. The write lock is taken at the start, so what is read inside stays true until the end. May be nested. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work()
    this.db.exec('BEGIN IMMEDIATE')
    this.depth = 1
    try {
      const result = work()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK')
      throw error
    } finally {
      this.depth = 0
    }
  }

  /** Changes whenever another connection has written. */
  dataVersion(): number {
    return Number(this.get('PRAGMA data_version')?.['data_version'])
  }

  close(): void {
    this.statements.clear()
    this.db.close()
  }

  /** Damage deep inside a file shows when that part is read: it is remembered beside the file, so that the next start looks at all of it. */
  private noticing<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (codeOf(error) === 'SQLITE_CORRUPT') writeFileSync(suspicionOf(this.file), '')
      throw error
    }
  }

  private statement(sql: string): Statement {
    let statement = this.statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      this.statements.set(sql, statement)
    }
    return statement
  }
}

/** The mark beside a database in which damage was met. */
export const suspicionOf = (file: string): string => `${file}.suspect`

/** The driver ends the whole process on values it does not know, so they are refused here. */
function storable(values: readonly SqlValue[]): SqlValue[] {
  for (const value of values) {
    const known = value === null || typeof value === 'string' || value instanceof Uint8Array || Number.isFinite(value)
    if (!known) throw new TypeError(`SQLite cannot store ${typeof value} ${String(value)}`)
  }
  return [...values]
}
