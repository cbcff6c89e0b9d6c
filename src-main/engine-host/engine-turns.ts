import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import type { JobId } from '#shared/schema/id'
import { stoppedByCancel } from './engine-failures'
import type { EngineHost, Ending } from './engine-host'

/** Lets several users share the one engine: whoever comes while it runs a job waits for its turn. */
export class EngineTurns {
  private last: Promise<unknown> = Promise.resolve()
  private taken = 0
  private readonly waiting = new Set<JobId>()

  constructor(private readonly engine: Pick<EngineHost, 'run' | 'cancel'>) {}

  /** Whether a job would begin at once. */
  get free(): boolean {
    return this.taken === 0
  }

  /** Runs one job when the ones before have ended; never rejects. */
  async run(job: JobId, task: GenerateTask, onNews: (news: JobNews) => void): Promise<Ending> {
    this.taken++
    this.waiting.add(job)
    const turn = this.last.then(async (): Promise<Ending> => {
      // Cancelled while it waited.
      if (!this.waiting.delete(job)) return { is: 'failed', failure: stoppedByCancel(), died: false }
      return this.engine.run(job, task, onNews)
    })
    this.last = turn
    try {
      return await turn
    } finally {
      this.taken--
    }
  }

  /** Asks a job to stop, whether it runs or waits for its turn; `mayTakeLong` as the engine's. */
  cancel(job: JobId, mayTakeLong = false): void {
    if (!this.waiting.delete(job)) this.engine.cancel(job, mayTakeLong)
  }
}
