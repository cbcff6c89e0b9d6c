import type { ErrandProgress } from './errand-host'
import type { Errand } from '#shared/engine/errand'
import type { FoundModel } from '#shared/engine/protocol'
import type { EventPayload } from '#shared/ipc/contract'
import { FailureError } from '#shared/ipc/failure'
import type { ModelWork, ModelWorkKind } from '#shared/schema/model-work'
import type { Precision } from '#shared/schema/recipe'
import type { Library } from '../library/library'
import { stoppedByCancel } from './engine-failures'
import type { ModelErrands } from './model-errands'

/** What is imported, and how. */
export interface ImportOrder {
  readonly paths: readonly string[]
  readonly name?: string | undefined
  readonly precision?: Precision | undefined
  readonly link?: boolean | undefined
}

/** What the work needs of the rest of the studio. */
export interface ModelWorkNeeds {
  readonly errands: ModelErrands
  readonly library: Pick<Library, 'folders'>
  /** A model by its name. Rejects with a FailureError where there is none. */
  readonly find: (name: string) => Promise<FoundModel>
  readonly emit: (name: 'models/progress', payload: EventPayload<'models/progress'>) => void
  /** A model came or went. */
  readonly onChanged: () => void
}

/** Imports, checks and removals of models, one at a time. The state is here, so that a window can be loaded anew at any time. */
export class ModelWorks {
  private current: ModelWork = { is: 'none' }
  private stop: AbortController | null = null

  constructor(private readonly needs: ModelWorkNeeds) {}

  get state(): ModelWork {
    return this.current
  }

  /** Begins to make a model of files and folders. Throws a FailureError where other work is under way. */
  import({ paths, name, precision, link = false }: ImportOrder): void {
    const errand = {
      kind: 'import-given' as const,
      models: this.needs.library.folders.models,
      given: [...paths],
      keep: link ? ('link' as const) : ('copy' as const),
      ...(name === undefined ? {} : { name }),
      ...(precision === undefined ? {} : { precision }),
    }
    this.begin('import', name ?? baseName(paths[0] ?? ''), errand)
  }

  /** Begins to read every file of a model and to compare its checksum. Rejects with a FailureError. */
  async verify(name: string): Promise<void> {
    const { folder, card } = await this.needs.find(name)
    this.begin('verify', card.title, { kind: 'verify', models: this.needs.library.folders.models, model: folder })
  }

  /** Begins to remove a model of the library. Rejects with a FailureError. */
  async remove(name: string): Promise<void> {
    const { folder, card } = await this.needs.find(name)
    if (card.embedded) {
      const message = `“${card.title}” comes with the studio and stays.`
      throw new FailureError({ code: 'bad-input', field: 'name', message, remedy: 'Remove another model.' })
    }
    this.begin('remove', card.title, { kind: 'remove', models: this.needs.library.folders.models, model: folder })
  }

  /** Stops what runs; without anything that runs it forgets the last ending. */
  cancel(): void {
    if (this.stop === null) this.enter({ is: 'none' })
    else this.stop.abort()
  }

  private begin(work: ModelWorkKind, model: string, errand: Errand): void {
    this.needs.errands.need()
    this.enter({ is: 'running', work, model, progress: null, notes: [] })
    void this.run(work, model, errand)
  }

  /** Runs one piece of work to its end; never rejects. */
  private async run(work: ModelWorkKind, model: string, errand: Errand): Promise<void> {
    const notes: string[] = []
    let end: ModelWork | undefined
    this.stop = new AbortController()
    const hear = (news: ErrandProgress): void => {
      if (news.is === 'note') notes.push(news.text)
      else if (news.is === 'progress') this.enter({ is: 'running', work, model, progress: news.progress, notes: [...notes] })
      else end = endOf(news, model, notes)
    }
    const ending = await this.needs.errands.run(errand, hear, this.stop)
    this.stop = null
    if (ending.is === 'finished' && end !== undefined) this.enter(end)
    else this.enter({ is: 'failed', work, model, failure: ending.is === 'failed' ? ending.failure : stoppedByCancel() })
    if (work !== 'verify') this.needs.onChanged()
  }

  private enter(state: ModelWork): void {
    this.current = state
    this.needs.emit('models/progress', state)
  }
}

/** How work ended well. */
function endOf(news: ErrandProgress, model: string, notes: readonly string[]): ModelWork | undefined {
  if (news.is === 'installed') {
    const { name, error } = news
    return { is: 'imported', model, name, notes: [...notes], ...(error === undefined ? {} : { error }) }
  }
  if (news.is === 'verified') return { is: 'verified', model, files: news.files, bytes: news.bytes }
  return news.is === 'removed' ? { is: 'removed', model, freed: news.freed, kept: news.kept } : undefined
}

/** The last part of a path, as either kind of system writes it. */
function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
