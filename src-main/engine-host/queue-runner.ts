import type { JobNews, PictureOrder } from '#shared/engine/protocol'
import type { EventName, EventPayload } from '#shared/ipc/contract'
import type { QueueView } from '#shared/ipc/events'
import { FailureError, type Failure } from '#shared/ipc/failure'
import type { Frame } from '#shared/schema/generation'
import { frameImage, GenerationId, ImageId, JobId } from '#shared/schema/id'
import type { QueueJob } from '#shared/schema/queue'
import type { Recipe } from '#shared/schema/recipe'
import { objectionTo } from '#shared/schema/recipe-check'
import { adapterFolders } from '../library/adapter-cards'
import { failureOf } from '../library/failure-of'
import type { Library } from '../library/library'
import { newId } from '../library/new-id'
import { filesToStart } from '../library/starts'
import { continuedState } from './continued-state'
import { interrupted, stoppedByCancel } from './engine-failures'
import type { EngineHost } from './engine-host'
import type { ModelShelf } from './model-shelf'

/** Tells the window, or whoever listens. */
export type Emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void

/** A picture on its way: where it goes and the frames seen so far. */
interface Drawing {
  readonly order: PictureOrder
  readonly frames: Frame[]
}

/**
 * Draws the queue, one job after the other, and puts every finished picture into the library at once. A job that fails ends;
 * the next one is drawn.
 */
export class QueueRunner {
  private current: JobId | null = null
  private closed = false

  constructor(
    private readonly library: Library,
    private readonly engine: Pick<EngineHost, 'run' | 'cancel'>,
    private readonly shelf: Pick<ModelShelf, 'modelFor'>,
    private readonly emit: Emit,
  ) {}

  /** Takes the queue over: what a dead owner left running is marked, what waits is drawn. Does nothing when another process owns it. */
  resume(): void {
    if (!this.library.locks.take('queue').held) return
    this.library.queue.interruptRunning(interrupted())
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

  /** Cancels a job that runs or waits. Cancelling one that has ended is no mistake. */
  cancel(id: JobId): void {
    if (id === this.current) return this.engine.cancel(id)
    if (this.library.queue.get(id).state !== 'waiting') return
    this.end(id, stoppedByCancel())
    this.tellQueue()
  }

  view(): QueueView {
    const taken = this.library.locks.take('queue')
    return { jobs: this.library.queue.live(), owner: taken.held ? null : taken.by.who }
  }

  /** No job begins from now on; the one that runs is marked as interrupted. */
  close(): void {
    this.closed = true
    if (this.current !== null) this.library.queue.end(this.current, 'interrupted', interrupted())
  }

  private next(): void {
    if (this.closed || this.current !== null) return
    const job = this.library.queue.takeNext()
    if (job === undefined) return
    this.current = job.id
    this.tellQueue()
    void this.draw(job).finally(() => {
      this.current = null
      if (this.closed) return
      this.tellQueue()
      this.next()
    })
  }

  /** Draws one job to its end; never rejects. */
  private async draw(job: QueueJob): Promise<void> {
    let failure: Failure | null = null
    try {
      const { folder } = await this.shelf.modelFor(job.recipe)
      const adapters = adapterFolders(this.library.folders.adapters, job.recipe)
      const drawings = this.prepare(job)
      const pictures = drawings.map(({ order }) => order)
      const { unfinished, starts } = this.library.folders
      const task = {
        kind: 'generate' as const,
        recipe: job.recipe,
        model: folder,
        adapters,
        unfinished,
        ...continuedState(this.library, job.recipe),
        ...filesToStart(starts, job.recipe),
        pictures,
      }
      const ending = await this.engine.run(job.id, task, (news) => {
        try {
          this.hear(job, drawings, news)
        } catch (error) {
          failure = failureOf(error, this.library.folders.root)
          this.engine.cancel(job.id)
        }
      })
      if (ending.is === 'failed') failure ??= ending.failure
    } catch (error) {
      failure = failureOf(error, this.library.folders.root)
    }
    if (!this.closed) this.end(job.id, failure)
  }

  private prepare(job: QueueJob): Drawing[] {
    return Array.from({ length: job.count }, (_, picture) => {
      const generation = GenerationId.parse(newId())
      const order = { generation, imageIndex: job.recipe.imageIndex + picture, ...this.library.files.prepare(generation) }
      return { order, frames: [] }
    })
  }

  private hear(job: QueueJob, drawings: readonly Drawing[], news: JobNews): void {
    if (this.closed || news.is === 'finished' || news.is === 'failed') return
    const drawing = drawings[news.picture]
    if (drawing === undefined) throw new Error(`the engine spoke of picture ${news.picture} of ${drawings.length}`)
    const { generation } = drawing.order
    switch (news.is) {
      case 'begun':
        // Begun anew where a device failed in the middle.
        drawing.frames.length = 0
        return this.emit('job/started', { job: job.id, generation, picture: news.picture, of: job.count })
      case 'step': {
        const { index, of, t, r, ms, shown, picture } = news
        // The last state is the picture itself.
        const image = !shown ? null : index === of - 1 ? ImageId.parse(generation) : frameImage(generation, index)
        if (image !== null) drawing.frames.push({ index, t, r, ms, image })
        const { imageIndex } = drawing.order
        return this.emit('generate/step', { job: job.id, generation, picture, imageIndex, index, of, t, r, ms, image })
      }
      case 'note':
        return this.emit('job/note', { job: job.id, text: news.text })
      case 'made':
        return this.keep(job, drawing, news)
    }
  }

  private keep(job: QueueJob, { order, frames }: Drawing, { recipe, cost, resumed }: Extract<JobNews, { is: 'made' }>): void {
    const now = Date.now()
    const generation = {
      version: 1 as const,
      id: order.generation,
      job: job.id,
      recipe,
      frames,
      starred: false,
      createdAt: now,
      tookMs: cost.tookMs,
    }
    this.library.generations.add(generation)
    this.library.states.noteWritten(generation.id, this.library.settings.get().statesBudget)
    this.library.queue.made(job.id, generation.id)
    if (resumed !== true) this.library.timings.learn(recipe, cost, now)
    this.emit('generate/done', { job: job.id, generation })
    this.emit('history/changed', { is: 'added', ids: [generation.id] })
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
    if (failure === null) this.emit('job/done', { job: id })
    else this.emit('job/failed', { job: id, failure })
  }

  private tellQueue(): void {
    this.emit('queue/changed', this.view())
  }
}
