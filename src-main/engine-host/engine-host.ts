import {
  FromEngine,
  type FoundModel,
  type GenerateTask,
  type JobNews,
  type MappedFile,
  type ModelPlace,
  type ToEngine,
} from '#shared/engine/protocol'
import type { EngineState } from '#shared/ipc/events'
import { FailureError, type Failure } from '#shared/ipc/failure'
import type { JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { changedAmong, endsLikeChange } from './changed-files'
import type { EngineProcess, Fork } from './engine-process'
import { patience, type Patience } from './patience'
import { changedInUse, crashed, down, notStarted, silent, stoppedByCancel } from './engine-failures'

/** How a job ended. */
export type Ending = { readonly is: 'finished' } | { readonly is: 'failed'; readonly failure: Failure; readonly died: boolean }

interface Running {
  readonly job: JobId
  readonly onNews: (news: JobNews) => void
  readonly end: (ending: Ending) => void
  cancelling: boolean
}

/**
 * Keeps one engine alive: forks it, passes jobs to it one at a time, and when it dies says so in plain words and forks it
 * again. The studio itself never dies with it.
 */
export class EngineHost {
  private process: EngineProcess | null = null
  private current: EngineState = { is: 'starting' }
  private providers: string[] = []
  private running: Running | null = null
  private mapped: readonly MappedFile[] = []
  private deaths = 0
  private asks = 0
  private closed = false
  private readonly questions = new Map<number, { resolve: (models: FoundModel[]) => void; reject: (error: Error) => void }>()
  private readonly ready: (() => void)[] = []
  private readonly timers = new Map<string, NodeJS.Timeout>()

  constructor(
    private readonly fork: Fork,
    private readonly onState: (state: EngineState) => void,
    private readonly limits: Patience = patience,
  ) {}

  get state(): EngineState {
    return this.current
  }

  get pid(): number | undefined {
    return this.process?.pid
  }

  /** Forks the engine. Once is enough; deaths are seen to. */
  start(): void {
    if (this.closed || this.process !== null) return
    this.clear('restart')
    this.enter(this.deaths === 0 ? { is: 'starting' } : this.current)
    const process = this.fork()
    this.process = process
    process.onMessage((raw) => this.process === process && this.receive(raw))
    process.onExit((how) => this.process === process && this.died(this.reasonOf(how)))
    this.after('start', this.limits.startMs, () => this.kill(notStarted()))
  }

  /** Starts anew by hand, also when it had been given up. A job that runs is lost. */
  restart(): void {
    this.deaths = 0
    if (this.process === null) return this.start()
    this.kill(crashed('it was restarted by hand', this.running !== null))
  }

  /** Runs one job; never rejects. The caller sees to it that there is one at a time. */
  async run(job: JobId, task: GenerateTask, onNews: (news: JobNews) => void): Promise<Ending> {
    if (this.running !== null) throw new Error('the engine runs one job at a time')
    return new Promise((end) => {
      const running: Running = { job, onNews, end, cancelling: false }
      this.running = running
      this.whenReady(() => {
        // It may have been cancelled while it waited.
        if (this.running !== running) return
        if (this.current.is === 'down') return this.finish({ is: 'failed', failure: this.current.failure, died: false })
        this.enter({ is: 'working', job, providers: this.providers })
        this.tell({ type: 'run', job, task })
        this.listenForLife()
      })
    })
  }

  /** Asks the job to stop at its next step; ends the process when it does not listen in time, unless it `mayTakeLong`. */
  cancel(job: JobId, mayTakeLong = false): void {
    if (this.running?.job !== job) return
    if (this.current.is !== 'working') return this.finish({ is: 'failed', failure: stoppedByCancel(), died: false })
    if (!this.running.cancelling) this.tell({ type: 'cancel', job })
    this.running.cancelling = true
    if (!mayTakeLong && !this.timers.has('cancel')) this.after('cancel', this.limits.cancelMs, () => this.kill(stoppedByCancel()))
  }

  /** The machine slept: the time it slept is no silence of the engine's. */
  woke(): void {
    if (this.timers.has('silence')) this.listenForLife()
  }

  /** What lies in folders, found out by the engine. Rejects with a FailureError when it dies over it. */
  async listModels(places: readonly ModelPlace[]): Promise<FoundModel[]> {
    return new Promise((resolve, reject) => {
      this.whenReady(() => {
        if (this.current.is === 'down') return reject(new FailureError(this.current.failure))
        const ask = ++this.asks
        this.questions.set(ask, { resolve, reject })
        this.tell({ type: 'list-models', ask, places: [...places] })
      })
    })
  }

  /** Has a model loaded and tried with a recipe ahead of its first job. */
  warm(model: string, recipe: Recipe): void {
    this.whenReady(() => this.tell({ type: 'warm', model, recipe }))
  }

  /** Ends the engine for good. */
  close(): void {
    this.closed = true
    for (const name of [...this.timers.keys()]) this.clear(name)
    this.process?.kill()
    this.process = null
  }

  private receive(raw: unknown): void {
    const message = FromEngine.safeParse(raw)
    if (!message.success)
      return this.kill(crashed(`it sent a message that is none: ${message.error.message}`, this.running !== null))
    if (this.running !== null && this.current.is === 'working') this.listenForLife()
    const said = message.data
    switch (said.type) {
      case 'ready':
        this.clear('start')
        this.providers = said.providers
        this.enter({ is: 'ready', providers: said.providers })
        for (const waiting of this.ready.splice(0)) waiting()
        return
      case 'beat':
      case 'errand':
        return
      case 'news':
        return this.hear(said.job, said.news)
      case 'mapped':
        this.mapped = said.files
        return
      case 'models':
        this.questions.get(said.ask)?.resolve(said.models)
        this.questions.delete(said.ask)
        return
      case 'refused':
        return this.kill(crashed(`it refused a message: ${said.why}`, this.running !== null))
    }
  }

  private hear(job: JobId, news: JobNews): void {
    if (this.running?.job !== job) return
    if (news.is === 'finished') return this.finish({ is: 'finished' })
    if (news.is === 'failed') return this.finish({ is: 'failed', failure: news.failure, died: false })
    this.running.onNews(news)
  }

  /** The job is over; the engine waits for the next. */
  private finish(ending: Ending): void {
    this.clear('cancel')
    this.clear('silence')
    const { running } = this
    this.running = null
    if (ending.is === 'finished') this.deaths = 0
    if (this.current.is === 'working') this.enter({ is: 'ready', providers: this.providers })
    running?.end(ending)
  }

  /** Why it ended by itself: a mapped file that shrinks ends it as a mistake of its own would. */
  private reasonOf(how: string): Failure {
    const changed = endsLikeChange(how) ? changedAmong(this.mapped) : undefined
    return changed === undefined ? crashed(how, this.running !== null) : changedInUse(changed, how)
  }

  private kill(why: Failure): void {
    this.process?.kill()
    this.died(why)
  }

  /** The process is gone, or as good as gone: whatever it says from now on is not heard. */
  private died(why: Failure): void {
    this.process = null
    this.mapped = []
    this.clear('start')
    const byRequest = why.code === 'cancelled'
    const working = this.current.is === 'working'
    if (!byRequest) this.deaths++
    for (const { reject } of this.questions.values()) reject(new FailureError(why))
    this.questions.clear()
    const givenUp = this.deaths >= this.limits.deaths
    this.enter(givenUp ? { is: 'down', failure: down(why) } : byRequest ? { is: 'starting' } : { is: 'restarting', failure: why })
    // A job that was not begun yet waits for the next engine.
    if (working) this.finish({ is: 'failed', failure: why, died: !byRequest })
    if (givenUp) for (const waiting of this.ready.splice(0)) waiting()
    else this.after('restart', this.limits.restartMs * 2 ** Math.max(0, this.deaths - 1), () => this.start())
  }

  private whenReady(then: () => void): void {
    if (this.current.is === 'ready' || this.current.is === 'working' || this.current.is === 'down') then()
    else this.ready.push(then)
  }

  private listenForLife(): void {
    this.after('silence', this.limits.silenceMs, () => this.kill(silent(this.limits.silenceMs)))
  }

  private tell(message: ToEngine): void {
    this.process?.send(message)
  }

  private enter(state: EngineState): void {
    this.current = state
    if (!this.closed) this.onState(state)
  }

  private after(name: string, ms: number, then: () => void): void {
    this.clear(name)
    if (this.closed) return
    this.timers.set(name, setTimeout(then, ms))
  }

  private clear(name: string): void {
    clearTimeout(this.timers.get(name))
    this.timers.delete(name)
  }
}
