import type { LibraryState } from '#shared/schema/library'
import type { Bin } from '../library/bin'
import { diskUse } from '../library/disk-use'
import type { Library } from '../library/library'
import { reconcile } from '../library/reconcile'
import type { Desk } from './desk'
import type { Emit, QueueRunner } from './queue-runner'

/** What may be too young at the start is looked at again after this time, in milliseconds. */
const AGAIN_MS = 120_000

interface Parts {
  readonly library: Library
  readonly desk: Pick<Desk, 'recipeIn'>
  readonly bin: Pick<Bin, 'empty'>
  readonly queue: Pick<QueueRunner, 'start'>
  readonly emit: Emit
}

/** Looks after the files of the library while the studio runs: deleted ones go, files and entries are brought together, room is counted. */
export class LibraryCare {
  private readonly stop = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private unreadable = 0

  constructor(private readonly parts: Parts) {}

  /** Only for the owner of the queue. Never rejects. */
  async start(again = true): Promise<void> {
    const { library, bin, desk, emit } = this.parts
    try {
      await bin.empty()
      const readRecipe = async (file: string) => {
        const found = await desk.recipeIn(file)
        return found.kind === 'whole' ? found.recipe : null
      }
      const { adopted, lost, found, unreadable } = await reconcile(library, readRecipe, this.stop.signal)
      if (this.stop.signal.aborted) return
      this.unreadable = unreadable.length
      if (lost.length > 0) emit('history/changed', { is: 'removed', ids: [...lost] })
      if (adopted.length + found > 0) emit('history/changed', { is: 'changed', ids: [] })
      if (lost.length + found + unreadable.length > 0) emit('library/changed', await this.state())
      if (again) this.timer = setTimeout(() => void this.start(false), AGAIN_MS)
    } catch {
      // A disk that is full or gone: whoever asks the library for something is told.
    }
  }

  async state(): Promise<LibraryState> {
    const { library } = this.parts
    return { ...(await diskUse(library.folders)), lost: library.generations.lost().length, unreadable: this.unreadable }
  }

  /** Pictures whose files are gone are drawn anew from their recipes, or forgotten; either way their entries go. Rejects with a FailureError. */
  async settleLost(what: 'draw' | 'forget'): Promise<void> {
    const { library, queue, emit } = this.parts
    for (const { id, recipe } of library.generations.lost()) {
      if (what === 'draw') await queue.start(recipe, 1, false)
      library.generations.remove([id])
      library.generations.purge([id])
    }
    emit('library/changed', await this.state())
  }

  close(): void {
    this.stop.abort()
    clearTimeout(this.timer)
  }
}
