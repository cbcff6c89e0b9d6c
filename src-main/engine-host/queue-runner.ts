import type { EventName, EventPayload } from '#shared/ipc/contract'
import type { FormingPicture, QueueView } from '#shared/ipc/events'
import { FailureError, type Failure } from '#shared/ipc/failure'
import type { Generation } from '#shared/schema/generation'
import { JobId } from '#shared/schema/id'
import { MOST_ATTEMPTS, type QueueJob } from '#shared/schema/queue'
import type { Recipe } from '#shared/schema/recipe'
import { objectionTo } from '#shared/schema/recipe-check'
import { failureOf } from '../library/failure-of'
import type { Library } from '../library/library'
import { newId } from '../library/new-id'
import { JobDrawing } from './draw-job'
import { interrupted, stoppedByCancel } from './engine-failures'
import type { EngineHost } from './engine-host'
import type { ModelShelf } from './model-shelf'
import { ProgressMeter } from './queue-progress'

/** Tells the window, or whoever listens. */
export type Emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void

/** Between two reports of progress, in milliseconds. */
const PROGRESS_MS = 200

/** The job that runs, and what it was told last. */
interface Running {
  readonly job: QueueJob
  readonly drawing: JobDrawing
  told: 'to go on' | 'to stop' | 'to wait'
}

/**
 * Draws the queue, one job after the other. A job that fails ends, and the next one is drawn; one that lost its engine is gone on with
 * once, from its last stored state.
 */
export class QueueRunner {
  private running: Running | null = null
  private closed = false
  private readonly meter = new ProgressMeter()
  private reported = -Infinity
  private waitingMs: number | null = 0

  constructor(
    private readonly library: Library,
    private readonly engine: Pick<EngineHost, 'run' | 'cancel'>,
    private readonly shelf: Pick<ModelShelf, 'modelFor'>,
    private readonly tell: Emit,
    private readonly onKept: (picture: Generation) => void = () => undefined,
  ) {}

  /** Takes the queue over with what a dead owner left running, and draws what waits. Does nothing when another process owns it. */
  resume(): void {
    if (!this.library.locks.take('queue').held) return
    this.library.queue.takeBack(interrupted())
    this.next()
  }

  /** Adds a job. Throws a FailureError when the model cannot draw it, or another process owns the queue. */
  async start(recipe: Recipe, count: number, first: boolean): Promise<JobId> {
    this.library.locks.need('queue')
    const { card } = await this.shelf.modelFor(recipe)
    const objection = objectionTo(recipe, card)
    if (objection !== null) throw new FailureError(objection)
    const job = this.library.queue.add({ id: JobId.parse(newId()), recipe, count, createdAt: Date.now() }, first)
    this.tellQueue()
    this.next()
    return job.id
  }

  /**
   * Cancels a job that runs or waits. Of a picture that is under way, the last state becomes a picture; cancelled once more, it does not.
   * Cancelling a job that has ended is no mistake.
   */
  cancel(id: JobId): void {
    if (id === this.running?.job.id) {
      this.running.told = 'to stop'
      return this.engine.cancel(id)
    }
    if (this.library.queue.get(id).state !== 'waiting') return
    this.end(id, stoppedByCancel())
    this.tellQueue()
  }

  /** Cancels all that wait. */
  clear(): void {
    this.library.locks.need('queue')
    for (const { id } of this.library.queue.clear(stoppedByCancel()))
      this.tell('job/failed', { job: id, failure: stoppedByCancel() })
    this.tellQueue()
  }

  /** Puts a job that waits before another one, or at the end. */
  move(id: JobId, before: JobId | null): void {
    this.library.locks.need('queue')
    this.library.queue.move(id, before)
    this.tellQueue()
  }

  /** Paused, no job begins, and the one that runs waits at its next step, however long that takes; it goes on from its last stored state. */
  pause(paused: boolean): void {
    this.library.locks.need('queue')
    this.library.queue.pause(paused)
    if (paused && this.running?.told === 'to go on') {
      this.running.told = 'to wait'
      this.engine.cancel(this.running.job.id, true)
    }
    this.tellQueue()
    this.next()
  }

  view(): QueueView {
    const taken = this.library.locks.take('queue')
    const { queue } = this.library
    return { jobs: queue.live(), waiting: queue.waiting(), paused: queue.isPaused(), owner: taken.held ? null : taken.by.who }
  }

  /** The picture that is under way. */
  forming(): FormingPicture | null {
    return this.running?.drawing.current ?? null
  }

  /** The machine slept: what the step took meanwhile is not learned. */
  woke(): void {
    this.meter.woke()
    this.running?.drawing.woke()
  }

  /** No job begins from now on; the one that runs goes on from its last stored state when the studio is opened again. */
  close(): void {
    this.closed = true
    this.running?.drawing.close()
    if (this.running !== null) this.library.queue.putBack(this.running.job.id, false)
  }

  private next(): void {
    if (this.closed || this.running !== null || this.library.queue.isPaused()) return
    const job = this.library.queue.takeNext()
    if (job === undefined) return
    const { library, engine, shelf, meter } = this
    const drawing = new JobDrawing(job, {
      library,
      engine,
      shelf,
      meter,
      emit: this.emit,
      onKept: (picture) => this.kept(picture),
    })
    this.running = { job, drawing, told: 'to go on' }
    const { recipe, count } = job
    const expected = library.timings.estimate({ ...recipe, model: recipe.model.sha256, count: 1 })
    meter.begin({ job: job.id, of: count, pictureMs: expected.learned ? expected.pictureMs : null })
    this.tellQueue()
    void this.draw(this.running)
  }

  /** Draws one job to its end; never rejects. */
  private async draw(running: Running): Promise<void> {
    const { job, drawing } = running
    const failure = await drawing.run()
    // What a cancelled job had come to is kept. A second wish to stop ends that too.
    if (!this.closed && failure?.code === 'cancelled' && running.told === 'to stop') await drawing.keepLast()
    this.running = null
    this.meter.end()
    if (this.closed) return
    try {
      if (failure !== null && this.goesOn(running, failure)) this.putBack(job.id, failure)
      else this.end(job.id, failure)
      this.tellQueue()
      this.next()
    } catch (error) {
      // The library cannot be written to. The queue goes on with the next job that is asked for, or at the next start.
      this.tell('job/failed', { job: job.id, failure: failureOf(error, this.library.folders.root) })
    }
  }

  /** Whether a job that ended waits again: it was told to, or it lost its engine for the first time. */
  private goesOn({ job, told }: Running, { code }: Failure): boolean {
    if (code === 'cancelled') return told === 'to wait'
    return code === 'engine-crashed' && told !== 'to stop' && job.attempts < MOST_ATTEMPTS
  }

  private putBack(id: JobId, failure: Failure): void {
    const isCrash = failure.code === 'engine-crashed'
    this.library.queue.putBack(id, isCrash)
    if (isCrash) this.tell('job/note', { job: id, text: `${failure.message} It is starting again and goes on with the picture.` })
  }

  private readonly emit: Emit = (name, payload) => {
    this.tell(name, payload)
    if (name === 'generate/step' || name === 'job/started') this.report()
  }

  private kept(picture: Generation): void {
    this.onKept(picture)
    this.tellQueue()
  }

  private end(id: JobId, failure: Failure | null): void {
    const states = { cancelled: 'cancelled', 'engine-crashed': 'interrupted' } as const
    const state = failure === null ? 'done' : failure.code in states ? states[failure.code as keyof typeof states] : 'failed'
    try {
      this.library.queue.end(id, state, failure ?? undefined)
    } catch (error) {
      // A full disk: the job stays marked as running and is seen to at the next start.
      failure ??= failureOf(error, this.library.folders.root)
    }
    if (failure === null) this.tell('job/done', { job: id })
    else this.tell('job/failed', { job: id, failure })
  }

  private tellQueue(): void {
    const view = this.view()
    this.waitingMs = this.expectedMs(view)
    this.tell('queue/changed', view)
    this.report(true)
  }

  /** What those that wait should cost, by those that are listed; null where nothing like one of them was drawn here. */
  private expectedMs({ jobs, waiting }: QueueView): number | null {
    const listed = jobs.filter(({ state }) => state === 'waiting')
    let sum = 0
    for (const { recipe, count, made } of listed) {
      const expected = this.library.timings.estimate({ ...recipe, model: recipe.model.sha256, count: count - made.length })
      if (!expected.learned) return null
      sum += expected.totalMs
    }
    return listed.length === 0 ? 0 : (sum * waiting) / listed.length
  }

  private report(now = false): void {
    const progress = this.meter.view(this.waitingMs)
    if (progress === null || (!now && performance.now() - this.reported < PROGRESS_MS)) return
    this.reported = performance.now()
    this.tell('queue/progress', progress)
  }
}
