import { FailureError, type Failure } from '#shared/ipc/failure'
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity'
import type { Sqlite, SqlRow } from './sqlite'

/** What only one process at a time may do: draw the queue, train, fetch and change models. */
export type LockName = 'queue' | 'run' | 'downloads'

export interface Holder extends ProcessIdentity {
  /** Who it is, in words: "the TiM Studio window". */
  readonly who: string
  readonly since: number
}

/**
 * Locks between processes that share the library. They are rows, taken in a write transaction, so two processes cannot both
 * get one; a holder that died is noticed by its process number and time of birth.
 */
export class Locks {
  constructor(
    private readonly db: Sqlite,
    private readonly who: string,
    private readonly self: ProcessIdentity = thisProcess(),
  ) {}

  /** Takes the lock when it is free, stale or ours. Otherwise says who has it. */
  take(name: LockName): { readonly held: true } | { readonly held: false; readonly by: Holder } {
    return this.db.transaction(() => {
      const holder = this.holder(name)
      if (holder !== null && !this.isOurs(holder)) return { held: false as const, by: holder }
      this.db.run(
        `INSERT OR REPLACE INTO locks (name, pid, born, who, since) VALUES (?, ?, ?, ?, ?)`,
        name,
        this.self.pid,
        this.self.born,
        this.who,
        holder?.since ?? Date.now(),
      )
      return { held: true as const }
    })
  }

  /** Takes the lock, or throws a FailureError that says who has it. */
  need(name: LockName): void {
    const taken = this.take(name)
    if (!taken.held) throw new FailureError(inUse(taken.by))
  }

  /** Gives the lock back if it is ours. */
  release(name: LockName): void {
    this.db.run(`DELETE FROM locks WHERE name = ? AND pid = ? AND born = ?`, name, this.self.pid, this.self.born)
  }

  /** Who has the lock; null when nobody alive has. */
  holder(name: LockName): Holder | null {
    const row = this.db.get(`SELECT * FROM locks WHERE name = ?`, name)
    const holder = row && holderIn(row)
    return holder && (this.isOurs(holder) || isAlive(holder)) ? holder : null
  }

  private isOurs(holder: Holder): boolean {
    return holder.pid === this.self.pid && holder.born === this.self.born
  }
}

function holderIn(row: SqlRow): Holder {
  return { pid: Number(row['pid']), born: String(row['born']), who: String(row['who']), since: Number(row['since']) }
}

function inUse(holder: Holder): Failure {
  return {
    code: 'in-use',
    by: `${holder.who} (process ${holder.pid})`,
    message: `${holder.who} (process ${holder.pid}) is already working on this.`,
    remedy: 'Wait until it is done, or close it.',
  }
}
