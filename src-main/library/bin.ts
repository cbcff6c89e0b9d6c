import { existsSync, mkdirSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import type { GenerationId } from '#shared/schema/id'
import type { Folders } from './folders'
import type { GenerationStore } from './generations'
import type { PictureFiles } from './picture-files'
import type { StateStore } from './states'

/** How long a deletion can be undone, in milliseconds. The window offers it for ten seconds; the rest is for the way there and back. */
const UNDO_MS = 12_000

/** Files that no system's trash took stay this long in the library's own. */
const KEPT_FOR = 30 * 24 * 3_600_000

/** What the bin needs of the library. */
interface Shelves {
  readonly generations: GenerationStore
  readonly files: PictureFiles
  readonly states: StateStore
  readonly folders: Folders
}

/**
 * Deleted pictures on their way out: out of the history at once, and once the deletion can no longer be undone, into the system's trash.
 * Where there is none, or it does not answer, into a folder of the library for a month. What was on its way when the studio was closed
 * goes on when it is opened again.
 */
export class Bin {
  private timer: NodeJS.Timeout | undefined
  private emptying: Promise<void> = Promise.resolve()

  /** `trash` brings a file to the system's trash and rejects where it cannot. */
  constructor(
    private readonly library: Shelves,
    private readonly trash: (file: string) => Promise<void>,
    private readonly undoMs = UNDO_MS,
  ) {}

  /** Takes pictures out of the history. Returns how many there were. */
  remove(ids: readonly GenerationId[]): number {
    const removed = this.library.generations.remove(ids)
    if (removed > 0) this.later()
    return removed
  }

  /** Brings pictures back. Throws a FailureError when they are in the trash already. */
  restore(ids: readonly GenerationId[]): void {
    if (this.library.generations.restore(ids) > 0 || ids.some((id) => this.library.generations.has(id))) return
    throw new FailureError({
      code: 'not-found',
      what: 'picture',
      message: ids.length === 1 ? 'The picture has left the studio.' : 'The pictures have left the studio.',
      remedy: 'Take it back out of the system’s trash: it is in the history again at the next start.',
    })
  }

  /** Brings everything that was deleted to the trash, one file after another. Rejects only where the library cannot be written to. */
  async empty(): Promise<void> {
    clearTimeout(this.timer)
    this.emptying = this.emptying.then(() => this.emptyNow())
    return this.emptying
  }

  /** Nothing more is brought out. */
  close(): void {
    clearTimeout(this.timer)
  }

  private later(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.empty().catch(() => undefined), this.undoMs)
    this.timer.unref()
  }

  private async emptyNow(): Promise<void> {
    const { generations, files, states } = this.library
    for (const id of generations.removed()) {
      const file = files.fileOf(id)
      if (existsSync(file)) await this.bringOut(file, id)
      await files.discardTraces(id)
      states.discard(id)
      generations.purge([id])
    }
    await this.clearOwn(Date.now() - KEPT_FOR)
  }

  private async bringOut(file: string, id: GenerationId): Promise<void> {
    try {
      await this.trash(file)
    } catch {
      mkdirSync(this.library.folders.trash, { recursive: true })
      await rename(file, join(this.library.folders.trash, `${id}.png`))
    }
  }

  private async clearOwn(before: number): Promise<void> {
    const { trash } = this.library.folders
    for (const name of existsSync(trash) ? await readdir(trash) : []) {
      const file = join(trash, name)
      if ((await stat(file)).ctimeMs < before) await rm(file, { force: true })
    }
  }
}
