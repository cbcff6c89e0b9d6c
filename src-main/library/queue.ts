import { FailureError, type Failure } from '#shared/ipc/failure'
import type { GenerationId, JobId } from '#shared/schema/id'
import { queueJobRecord, type JobState, type QueueJob } from '#shared/schema/queue'
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

  /** Running first, then those that wait in their order. */
  live(): QueueJob[] {
    const rows = this.db.all(`SELECT json FROM queue WHERE state IN ${LIVE} ORDER BY state = 'waiting', rank`)
    return readableRecords(queueJobRecord, rows)
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

  /** Marks what a dead owner left running as interrupted. Call it with the queue's lock in hand. */
  interruptRunning(failure: Failure): QueueJob[] {
    return this.db.transaction(() => {
      const rows = this.db.all(`SELECT json FROM queue WHERE state = 'running'`)
      return readableRecords(queueJobRecord, rows).map((job) => this.write({ ...job, state: 'interrupted', failure }))
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
