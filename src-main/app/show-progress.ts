import { Notification, type BrowserWindow } from 'electron'
import type { EventName, EventPayload } from '#shared/ipc/contract'
import type { QueueProgress, QueueView } from '#shared/ipc/events'

const TITLE = 'TiM Studio'

/** Shows outside of the window how far the queue is: in its title and on the taskbar; and tells when all is done while nobody looks. */
export class OutsideProgress {
  private made = 0

  constructor(
    private readonly window: () => BrowserWindow | null,
    private readonly mayNotify: () => boolean,
  ) {}

  /** Hears what the window is told. */
  hear<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    if (name === 'queue/progress') this.progress(payload as QueueProgress)
    if (name === 'queue/changed') this.queue(payload as QueueView)
  }

  private progress({ share }: QueueProgress): void {
    const window = this.window()
    window?.setTitle(`${Math.floor(share * 100)} % · ${TITLE}`)
    window?.setProgressBar(share)
  }

  pictureMade(): void {
    this.made++
  }

  private queue({ jobs, paused }: QueueView): void {
    if (jobs.some(({ state }) => state === 'running')) return
    const window = this.window()
    window?.setTitle(paused && jobs.length > 0 ? `Paused · ${TITLE}` : TITLE)
    window?.setProgressBar(-1)
    if (jobs.length > 0) return
    const { made } = this
    this.made = 0
    if (made === 0 || window === null || window.isFocused() || !this.mayNotify() || !Notification.isSupported()) return
    const told = new Notification({
      title: TITLE,
      body: made === 1 ? 'Your picture is done.' : `Your ${made} pictures are done.`,
    })
    told.on('click', () => window.show())
    told.show()
  }
}
