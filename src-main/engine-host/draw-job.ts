import type { GenerateTask, JobNews, PictureOrder } from '#shared/engine/protocol'
import type { FormingPicture } from '#shared/ipc/events'
import type { Failure } from '#shared/ipc/failure'
import type { Frame, Generation } from '#shared/schema/generation'
import { frameImage, GenerationId, ImageId } from '#shared/schema/id'
import type { QueueJob } from '#shared/schema/queue'
import type { Recipe } from '#shared/schema/recipe'
import { adapterFolders } from '../library/adapter-cards'
import { failureOf } from '../library/failure-of'
import type { Library } from '../library/library'
import { newId } from '../library/new-id'
import { filesToStart } from '../library/starts'
import { continuedState } from './continued-state'
import type { EngineHost } from './engine-host'
import type { ModelShelf } from './model-shelf'
import type { ProgressMeter } from './queue-progress'
import type { Emit } from './queue-runner'
import { resumed } from './resume-point'

/** A picture on its way: where it goes and the frames seen so far. */
interface Drawing {
  readonly order: PictureOrder
  readonly frames: Frame[]
}

/** What drawing a job needs. */
export interface Workshop {
  readonly library: Library
  readonly engine: Pick<EngineHost, 'run' | 'cancel'>
  readonly shelf: Pick<ModelShelf, 'modelFor'>
  readonly emit: Emit
  readonly meter: ProgressMeter
  /** Hears of every picture that was kept. */
  readonly onKept: (picture: Generation) => void
}

/**
 * One attempt at a job: its pictures that are not made yet, one after the other, each kept in the library at once. The one that an
 * earlier attempt was at goes on from its last stored state.
 */
export class JobDrawing {
  private forming: FormingPicture | null = null
  /** The recipe of the path that the forming picture is on. */
  private under: Recipe | undefined
  private isClosed = false
  /** Whether the machine slept while a picture was under way, so that its time says nothing. */
  private slept = false

  constructor(
    private readonly job: QueueJob,
    private readonly shop: Workshop,
  ) {}

  /** The picture that is under way. */
  get current(): FormingPicture | null {
    return this.forming
  }

  /** Draws what is missing. Never rejects; null when all went well. */
  async run(): Promise<Failure | null> {
    const { recipe, count, made, drawing } = this.job
    const done = made.length
    const isOpen = drawing !== undefined && !made.includes(drawing.generation)
    const goOn = isOpen ? resumed(this.shop.library.states, drawing.recipe, drawing.generation) : undefined
    if (goOn === undefined) return this.draw(recipe, done, count - done)
    const failure = await this.draw(goOn, done, 1)
    if (failure !== null || done + 1 === count) return failure
    return this.draw(recipe, done + 1, count - done - 1)
  }

  /** Makes a picture of the state at which drawing was stopped: one step from it to the end. Null when that went well, or there is no such state. */
  async keepLast(): Promise<Failure | null> {
    const { forming, under } = this
    if (forming === null || under === undefined || forming.done === 0) return null
    const last = resumed(this.shop.library.states, under, forming.generation, 1)
    return last === undefined ? null : this.draw(last, forming.picture, 1)
  }

  woke(): void {
    this.slept = true
  }

  /** What the engine says from now on is not heard. */
  close(): void {
    this.isClosed = true
  }

  /** Draws `count` pictures of a recipe, the first of which is number `from` of the job. */
  private async draw(recipe: Recipe, from: number, count: number): Promise<Failure | null> {
    const { library, engine } = this.shop
    let failure: Failure | null = null
    try {
      const drawings = Array.from({ length: count }, (_, i) => this.prepare(this.job.recipe.imageIndex + from + i))
      const task = await this.taskFor(recipe, drawings)
      if (this.isClosed) return null
      const ending = await engine.run(this.job.id, task, (news) => {
        try {
          this.hear(drawings, from, recipe, news)
        } catch (error) {
          failure = failureOf(error, library.folders.root)
          engine.cancel(this.job.id)
        }
      })
      return ending.is === 'failed' ? (failure ?? ending.failure) : failure
    } catch (error) {
      return failureOf(error, library.folders.root)
    }
  }

  private async taskFor(recipe: Recipe, drawings: readonly Drawing[]): Promise<GenerateTask> {
    const { library, shelf } = this.shop
    const { folder } = await shelf.modelFor(recipe)
    const { unfinished, starts } = library.folders
    return {
      kind: 'generate',
      recipe,
      model: folder,
      adapters: adapterFolders(library.folders.adapters, recipe),
      unfinished,
      ...continuedState(library, recipe),
      ...filesToStart(starts, recipe),
      preview: library.settings.get().preview,
      pictures: drawings.map(({ order }) => order),
    }
  }

  private prepare(imageIndex: number): Drawing {
    const generation = GenerationId.parse(newId())
    return { order: { generation, imageIndex, ...this.shop.library.files.prepare(generation) }, frames: [] }
  }

  private hear(drawings: readonly Drawing[], from: number, recipe: Recipe, news: JobNews): void {
    if (this.isClosed || news.is === 'finished' || news.is === 'failed') return
    const drawing = drawings[news.picture]
    if (drawing === undefined) throw new Error(`the engine spoke of picture ${news.picture} of ${drawings.length}`)
    const picture = from + news.picture
    switch (news.is) {
      case 'begun':
        return this.begun(drawing, picture, recipe)
      case 'step':
        return this.stepped(drawing, picture, news)
      case 'note':
        return this.shop.emit('job/note', { job: this.job.id, text: news.text })
      case 'made':
        return this.keep(drawing, news)
    }
  }

  private begun({ order, frames }: Drawing, picture: number, recipe: Recipe): void {
    const started = { job: this.job.id, generation: order.generation, picture, of: this.job.count }
    // Begun anew where a device failed in the middle.
    frames.length = 0
    this.slept = false
    this.forming = { ...started, done: 0, steps: 0, frames }
    this.under = { ...recipe, imageIndex: order.imageIndex }
    this.shop.meter.beginPicture(picture, recipe.steps)
    this.shop.library.queue.drawing(this.job.id, { generation: order.generation, recipe: this.under })
    this.shop.emit('job/started', started)
  }

  private stepped({ order, frames }: Drawing, picture: number, news: Extract<JobNews, { is: 'step' }>): void {
    const { index, of, t, r, ms, shown } = news
    const { generation, imageIndex } = order
    // The last state is the picture itself.
    const image = !shown ? null : index === of - 1 ? ImageId.parse(generation) : frameImage(generation, index)
    if (image !== null) frames.push({ index, t, r, ms, image })
    if (this.forming !== null) this.forming = { ...this.forming, done: index + 1, steps: of }
    this.shop.meter.took(index + 1, of, ms)
    this.shop.emit('generate/step', { job: this.job.id, generation, picture, imageIndex, index, of, t, r, ms, image })
  }

  private keep({ order, frames }: Drawing, { recipe, cost, resumed: onlyDecoded }: Extract<JobNews, { is: 'made' }>): void {
    const { library, emit, onKept } = this.shop
    const { id: job } = this.job
    const now = Date.now()
    const { tookMs } = cost
    const generation = { version: 1 as const, id: order.generation, job, recipe, frames, starred: false, createdAt: now, tookMs }
    library.generations.add(generation)
    library.states.noteWritten(generation.id, library.settings.get().statesBudget)
    library.queue.made(job, generation.id)
    if (onlyDecoded !== true && !this.slept) library.timings.learn(recipe, cost, now)
    this.forming = null
    emit('generate/done', { job, generation })
    emit('history/changed', { is: 'added', ids: [generation.id] })
    onKept(generation)
  }
}
