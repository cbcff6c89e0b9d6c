import type { Errand, HubAccess } from '#shared/engine/errand'
import type { EventPayload } from '#shared/ipc/contract'
import { FailureError, type Failure } from '#shared/ipc/failure'
import { mirrorFrom } from '#shared/released/mirror'
import type { DownloadPlan, DownloadState, LocalParts } from '#shared/schema/download'
import type { Precision } from '#shared/schema/recipe'
import type { Library } from '../library/library'
import { stoppedByCancel } from './engine-failures'
import type { ErrandEnding, ErrandProgress } from './errand-host'
import type { ModelErrands } from './model-errands'

/** What the downloads need of the rest of the studio. */
export interface DownloadsNeeds {
  readonly errands: ModelErrands
  readonly library: Pick<Library, 'folders' | 'settings'>
  /** The hub's access token, where one is kept. */
  readonly token: () => string | undefined
  readonly emit: (name: 'downloads/changed', payload: EventPayload<'downloads/changed'>) => void
  /** A model was installed. */
  readonly onInstalled: () => void
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Downloads of released models, one at a time: planned first, which asks the hub for files and sizes, and fetched once the plan was
 * accepted. Nothing is asked of anybody before. The state is here, so that a window can be loaded anew at any time.
 */
export class Downloads {
  private current: DownloadState = { is: 'none' }
  private stop: AbortController | null = null
  private closed = false

  constructor(private readonly needs: DownloadsNeeds) {}

  get state(): DownloadState {
    return this.current
  }

  /** Asks the hub what a model would fetch. Throws a FailureError. */
  async plan(model: string, local: LocalParts): Promise<DownloadPlan> {
    const { downloads, models } = this.needs.library.folders
    let plan: DownloadPlan | undefined
    const errand = { kind: 'plan-download' as const, model, local, downloads, models, hub: this.access() }
    this.needs.errands.need()
    this.enter({ is: 'planning', model })
    const ending = await this.run(errand, (news) => {
      if (news.is === 'planned') plan = news.plan
    })
    if (ending.is === 'finished' && plan !== undefined) {
      this.enter({ is: 'planned', plan })
      return plan
    }
    throw new FailureError(this.failed(model, ending))
  }

  /** Fetches and imports what was planned; the state tells how it goes. Throws a FailureError where nothing was planned. */
  start(model: string, precision: Precision | undefined): void {
    const { current } = this
    if (current.is !== 'planned' || current.plan.model !== model) {
      const message = 'There is no plan of this download that was shown.'
      throw new FailureError({ code: 'bad-input', field: 'model', message, remedy: 'Look at its files and sizes first.' })
    }
    const { plan } = current
    this.needs.errands.need()
    this.enter({ is: 'running', plan, progress: null, notes: [] })
    const { models } = this.needs.library.folders
    const errand = {
      kind: 'download' as const,
      plan,
      models,
      hub: this.access(),
      ...(precision === undefined ? {} : { precision }),
    }
    void this.fetch(errand)
  }

  /** Stops what runs; what has arrived is kept. Without anything that runs it forgets the plan or the last ending. */
  cancel(): void {
    if (this.stop === null) this.enter({ is: 'none' })
    else this.stop.abort()
  }

  /** Nothing is told from now on. */
  close(): void {
    this.closed = true
    this.stop?.abort()
  }

  private async fetch(errand: Extract<Errand, { kind: 'download' }>): Promise<void> {
    const { plan } = errand
    let name: string | undefined
    const notes: string[] = []
    const ending = await this.run(errand, (news) => {
      if (news.is === 'installed') ({ name } = news)
      else if (news.is === 'note') notes.push(news.text)
      else if (news.is === 'progress') this.enter({ is: 'running', plan, progress: news.progress, notes: [...notes] })
    })
    if (ending.is === 'finished' && name !== undefined) {
      this.enter({ is: 'installed', model: plan.model, name, notes })
      this.needs.onInstalled()
    } else this.failed(plan.model, ending)
  }

  private async run(errand: Errand, onNews: (news: ErrandProgress) => void): Promise<ErrandEnding> {
    this.stop = new AbortController()
    try {
      return await this.needs.errands.run(errand, onNews, this.stop)
    } finally {
      this.stop = null
    }
  }

  private failed(model: string, ending: ErrandEnding): Failure {
    const failure = ending.is === 'failed' ? ending.failure : stoppedByCancel()
    this.enter({ is: 'failed', model, failure })
    return failure
  }

  /** A mirror is not given the token; the engine sees to that as well. */
  private access(): HubAccess {
    const { env = process.env } = this.needs
    const mirror = mirrorFrom(this.needs.library.settings.get().mirror, env['HF_ENDPOINT'])
    const token = mirror === '' ? this.needs.token() : undefined
    return { mirror, ...(token === undefined ? {} : { token }) }
  }

  private enter(state: DownloadState): void {
    this.current = state
    if (!this.closed) this.needs.emit('downloads/changed', state)
  }
}
