import type { QueueProgress } from '#shared/ipc/events'
import type { JobId } from '#shared/schema/id'

/** Weight of the newest step in the running mean, once there were enough: other programs make single steps slow. */
const NEWEST = 0.05

interface Running {
  readonly job: JobId
  /** Pictures of the job. */
  readonly of: number
  /** What a picture and all its steps should cost, learned from earlier ones; null where nothing was. */
  readonly pictureMs: number | null
}

/**
 * How far the running job is and how long it may take. It counts steps and what each took, and looks at no clock, so that neither sleep
 * nor a changed clock leads it astray.
 */
export class ProgressMeter {
  private running: Running | null = null
  private picture = 0
  private step = 0
  private steps = 1
  private stepMs: number | null = null
  /** Steps that the mean is of. */
  private steady = 0

  begin(running: Running): void {
    this.running = running
    this.forget()
    this.beginPicture(0, 1)
  }

  beginPicture(picture: number, steps: number): void {
    this.picture = picture
    this.step = 0
    this.steps = steps
  }

  took(done: number, steps: number, ms: number): void {
    this.step = done
    this.steps = steps
    this.steady++
    this.stepMs = (this.stepMs ?? 0) + Math.max(NEWEST, 1 / this.steady) * (ms - (this.stepMs ?? 0))
  }

  /** The machine slept in the middle of a step, whose time therefore says nothing. */
  woke(): void {
    this.forget()
  }

  end(): void {
    this.running = null
  }

  /** Null while nothing runs. `waitingMs`: what those that wait should cost; null where that is not known. */
  view(waitingMs: number | null): QueueProgress | null {
    if (this.running === null) return null
    const { job, of, pictureMs } = this.running
    const done = Math.min(1, (this.picture + this.step / this.steps) / of)
    const perPicture = this.stepMs === null ? pictureMs : this.stepMs * this.steps
    const leftMs = perPicture === null ? null : perPicture * of * (1 - done)
    const allLeftMs = leftMs === null || waitingMs === null ? null : leftMs + waitingMs
    return { job, picture: this.picture, of, step: this.step, steps: this.steps, share: done, leftMs, allLeftMs }
  }

  private forget(): void {
    this.stepMs = null
    this.steady = 0
  }
}
