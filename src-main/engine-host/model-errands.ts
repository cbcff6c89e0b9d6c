import type { Errand } from '#shared/engine/errand'
import { FailureError } from '#shared/ipc/failure'
import { failureOf } from '../library/failure-of'
import type { Library } from '../library/library'
import type { Fork } from './engine-process'
import { runErrand, type ErrandEnding, type ErrandProgress } from './errand-host'

/**
 * Work on the library's models, each in a process of its own: one piece at a time, here and in other processes that share the library,
 * whoever asks for it.
 */
export class ModelErrands {
  private running: AbortController | null = null
  private closed = false

  constructor(
    private readonly fork: Fork,
    private readonly library: Pick<Library, 'folders' | 'locks'>,
  ) {}

  /** Throws a FailureError where other work is under way. */
  need(): void {
    if (this.running !== null) {
      const message = 'Another download or import is under way.'
      throw new FailureError({ code: 'in-use', by: 'TiM Studio', message, remedy: 'Wait until it is done, or cancel it.' })
    }
    this.library.locks.need('downloads')
  }

  /** Runs one piece of work; `stop` ends it. Ask `need` before. Never rejects. */
  async run(errand: Errand, onNews: (news: ErrandProgress) => void, stop: AbortController): Promise<ErrandEnding> {
    this.running = stop
    try {
      return await runErrand(this.fork, errand, onNews, stop.signal)
    } catch (error) {
      return { is: 'failed', failure: failureOf(error, this.library.folders.root) }
    } finally {
      this.running = null
      if (!this.closed) this.library.locks.release('downloads')
    }
  }

  /** Stops what runs; the library may be closed afterwards. */
  close(): void {
    this.closed = true
    this.running?.abort()
  }
}
