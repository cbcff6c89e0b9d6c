import { FailureError, type Failure } from '#shared/ipc/failure'
import type { GenerationId, JobId } from '#shared/schema/id'
import { MOST_ATTEMPTS, MOST_LISTED, queueJobRecord, type JobState, type QueueJob } from '#shared/schema/queue'
import { readableRecords, recordIn } from './record'
import type { Sqlite } from './sqlite'

const LIVE = `('running', 'waiting')`

/** The jobs, kept so that they survive a restart. Only the owner of the queue's lock starts them. */
export class QueueStore {
  constructor(private readonly db: Sqlite) {}

  /** Adds a job at the end, or before all that wait. */
  add(job: Omit<QueueJob, 'rank' | 'version' | 'state' | 'made' | 'attempts'>, first: boolean): QueueJob {
    return this.db.transaction(() => {
      const ends = this.db.get(`SELECT MIN(rank) AS low, MAX(rank) AS high FROM queue WHERE state = 'waiting'`)
      const rank = first ? Number(ends?.['low'] ?? 0) - 1 : Number(ends?.['high'] ?? 0) + 1
      const added: QueueJob = { ...job, version: 1, state: 'waiting', made: [], attempts: 0, rank }
      this.db.run(`INSERT INTO queue (id, state, rank, json) VALUES (?, 'waiting', ?, ?)`, added.id, rank, JSON.stringify(added))
      return added
    })
  }

  /** Running first, then those that wait in their order; at most `most` of them. */
  live(most = MOST_LISTED): QueueJob[] {
    const rows = this.db.all(`SELECT json FROM queue WHERE state IN ${LIVE} ORDER BY state = 'waiting', rank LIMIT ?`, most)
    return readableRecords(queueJobRecord, rows)
  }

  /** How many wait. */
  waiting(): number {
    return Number(this.db.get(`SELECT COUNT(*) AS n FROM queue WHERE state = 'waiting'`)?.['n'])
  }

  /** Whether no job is to begin; kept across restarts. */
  isPaused(): boolean {
    return this.db.get(`SELECT 1 FROM records WHERE name = 'queue paused'`) !== undefined
  }

  pause(paused: boolean): void {
    if (paused) this.db.run(`INSERT OR REPLACE INTO records (name, json) VALUES ('queue paused', 'true')`)
    else this.db.run(`DELETE FROM records WHERE name = 'queue paused'`)
  }

  /** Puts a job that waits before another that waits, or at the end. A job that waits no more stays what it is. */
  move(id: JobId, before: JobId | null): void {
    this.db.transaction(() => {
      const job = this.get(id)
      if (job.state !== 'waiting' || id === before) return
      const target = before === null ? undefined : this.get(before)
      if (target !== undefined && target.state !== 'waiting') return
      const others = `FROM queue WHERE state = 'waiting' AND id <> ?`
      const last = Number(this.db.get(`SELECT MAX(rank) AS rank ${others}`, id)?.['rank'] ?? 0)
      if (target === undefined) return void this.write({ ...job, rank: last + 1 })
      const previous = this.db.get(`SELECT MAX(rank) AS rank ${others} AND rank < ?`, id, target.rank)?.['rank'] ?? null
      const rank = previous === null ? target.rank - 1 : (Number(previous) + target.rank) / 2
      // Halved often enough, two ranks have no number between them.
      if (rank > Number(previous ?? -Infinity) && rank < target.rank) return void this.write({ ...job, rank })
      this.number()
      this.move(id, before)
    })
  }

  /** Gives those that wait whole ranks again, in their order. */
  private number(): void {
    const rows = this.db.all(`SELECT json FROM queue WHERE state = 'waiting' ORDER BY rank, id`)
    for (const [i, job] of readableRecords(queueJobRecord, rows).entries()) this.write({ ...job, rank: i + 1 })
  }

  /** Notes the picture that a job draws now. */
  drawing(id: JobId, drawing: NonNullable<QueueJob['drawing']>): QueueJob {
    return this.db.transaction(() => this.write({ ...this.get(id), drawing }))
  }

  /** A running job waits again, before all others. `counts`: whether this start is one of those that a job has. */
  putBack(id: JobId, counts: boolean): QueueJob {
    return this.db.transaction(() => {
      const job = this.get(id)
      const first = this.db.get(`SELECT MIN(rank) AS rank FROM queue WHERE state = 'waiting'`)
      const attempts = counts ? job.attempts : Math.max(0, job.attempts - 1)
      return this.write({ ...job, state: 'waiting', rank: Number(first?.['rank'] ?? 0) - 1, attempts })
    })
  }

  /** Ends all that wait. */
  clear(failure: Failure): QueueJob[] {
    return this.db.transaction(() => {
      const rows = this.db.all(`SELECT json FROM queue WHERE state = 'waiting' ORDER BY rank`)
      return readableRecords(queueJobRecord, rows).map((job) => this.write({ ...job, state: 'cancelled', failure }))
    })
  }

  /** Throws a FailureError when there is no such job. */
  get(id: JobId): QueueJob {
    const row = this.db.get(`SELECT json FROM queue WHERE id = ?`, id)
    if (row === undefined) throw new FailureError(notFound())
    return recordIn(queueJobRecord, row)
  }

  /** Takes the next job that waits and marks it as running. */
  takeNext(): QueueJob | undefined {
    return this.db.transaction(() => {
      const rows = this.db.all(`SELECT json FROM queue WHERE state = 'waiting' ORDER BY rank`)
      const next = readableRecords(queueJobRecord, rows)[0]
      return next && this.write({ ...next, state: 'running', attempts: next.attempts + 1 })
    })
  }

  /** Notes a picture that a job made. */
  made(id: JobId, generation: GenerationId): QueueJob {
    return this.db.transaction(() => {
      const job = this.get(id)
      return this.write({ ...job, made: [...job.made, generation] })
    })
  }

  /** Ends a job for good. */
  end(id: JobId, state: Exclude<JobState, 'waiting' | 'running'>, failure?: Failure): QueueJob {
    return this.db.transaction(() => this.write({ ...this.get(id), state, ...(failure === undefined ? {} : { failure }) }))
  }

  /**
   * What a dead owner left running waits again, before all others; what has been started too often is given up with the failure, so that
   * a job which ends the studio does not do so at every start. Call it with the queue's lock in hand. Returns the jobs as they are now.
   */
  takeBack(failure: Failure): QueueJob[] {
    return this.db.transaction(() => {
      const rows = this.db.all(`SELECT json FROM queue WHERE state = 'running' ORDER BY rank DESC`)
      return readableRecords(queueJobRecord, rows).map((job) =>
        job.attempts < MOST_ATTEMPTS ? this.putBack(job.id, true) : this.write({ ...job, state: 'interrupted', failure }),
      )
    })
  }

  private write(job: QueueJob): QueueJob {
    this.db.run(`UPDATE queue SET state = ?, rank = ?, json = ? WHERE id = ?`, job.state, job.rank, JSON.stringify(job), job.id)
    return job
  }
}

function notFound(): Failure {
  return { code: 'not-found', what: 'job', message: 'This job is no longer in the queue.', remedy: 'It has ended already.' }
}
