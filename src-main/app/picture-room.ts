import { shell, type BrowserWindow } from 'electron'
import type { Generation } from '#shared/schema/generation'
import { Desk } from '../engine-host/desk'
import { forkUtility } from '../engine-host/fork-utility'
import { LibraryCare } from '../engine-host/library-care'
import { PictureExchange } from '../engine-host/picture-exchange'
import type { Emit, QueueRunner } from '../engine-host/queue-runner'
import { Thumbnails } from '../engine-host/thumbnails'
import type { HandlersOf } from '../ipc/answer'
import type { ChosenPaths } from '../ipc/chosen-paths'
import { historyHandlers } from '../ipc/handlers/history'
import { libraryHandlers } from '../ipc/handlers/library'
import { pictureHandlers } from '../ipc/handlers/pictures'
import { Bin } from '../library/bin'
import { failureOf } from '../library/failure-of'
import type { Library } from '../library/library'
import { desktopFor } from './desktop'
import { OutsideProgress } from './show-progress'

/** All that is done with finished pictures: small copies, copies for others, the way to the trash, the care for their files. */
export class PictureRoom {
  readonly desk: Desk
  /** The library's images, for the window. */
  readonly images: Thumbnails
  private readonly outside: OutsideProgress
  private readonly bin: Bin
  private readonly exchange: PictureExchange
  private care: LibraryCare | undefined

  /** `desk`: the desk's program. */
  constructor(
    private readonly library: Library,
    desk: string,
    private readonly window: () => BrowserWindow | null,
    private readonly tell: Emit,
  ) {
    this.desk = new Desk(() => forkUtility(desk, process.env, 'TiM Studio pictures'))
    this.images = new Thumbnails(library.files, this.desk)
    this.bin = new Bin(library, async (file) => shell.trashItem(file))
    this.exchange = new PictureExchange(library, this.desk)
    this.outside = new OutsideProgress(window, () => library.settings.get().notify)
  }

  /** Tells the window, and shows outside of it how far the queue is. */
  readonly emit: Emit = (name, payload) => {
    this.outside.hear(name, payload)
    this.tell(name, payload)
  }

  /** A picture was finished. Never rejects: where no copy can be saved, a note says so. */
  async kept(picture: Generation): Promise<void> {
    this.outside.pictureMade()
    try {
      await this.exchange.keepCopy(picture)
    } catch (error) {
      const { message } = failureOf(error, this.library.folders.root)
      this.emit('job/note', { job: picture.job, text: `No copy was saved: ${message}` })
    }
  }

  /** The answers to what the window asks about pictures. */
  handlers(queue: Pick<QueueRunner, 'start'>, chosen: ChosenPaths): HandlersOf<'history' | 'prompts' | 'pictures' | 'library'> {
    const { library, bin, desk, exchange, emit } = this
    this.care = new LibraryCare({ library, desk, bin, queue, emit })
    const desktop = desktopFor(this.window, library.folders.lent, () => library.settings.get().output.folder)
    return {
      ...historyHandlers(library, bin, emit),
      ...pictureHandlers(library, exchange, desk, desktop, chosen),
      ...libraryHandlers(this.care),
    }
  }

  /** Brings files and entries together. Only for the owner of the queue. */
  lookAfter(): void {
    if (this.library.locks.take('queue').held) void this.care?.start()
  }

  close(): void {
    this.care?.close()
    this.bin.close()
    this.desk.close()
  }
}
