import type { Provider, Recipe } from '#shared/schema/recipe'
import { lookAtModel, requireUnchanged, type SeenFiles } from '../../weights/model-files'
import type { DrawingModel } from './drawing-model'

/** Models that stay loaded between jobs, the last used ones. */
const MOST_LOADED = 2

interface Loaded<C> {
  readonly model: Promise<DrawingModel<C>>
  /** What its files were before it was opened. */
  readonly files: SeenFiles
}

/**
 * Keeps models loaded, so that only the first picture waits for it. A provider that refuses a model gives way to the CPU; the
 * recipe of what is drawn then names the CPU. A model whose files changed since it was loaded is given up, not drawn with.
 */
export class LoadedModels<C> {
  private readonly loaded = new Map<string, Loaded<C>>()

  constructor(
    private readonly open: (folder: string, provider: Provider) => Promise<DrawingModel<C>>,
    /** Hears why a provider could not be used. */
    private readonly onRefusal: (provider: Provider, why: unknown) => void,
    /** Hears of the files of all loaded models, before one of them is mapped. */
    private readonly onFiles: (files: SeenFiles) => void = () => undefined,
    private readonly look: (folder: string) => SeenFiles = lookAtModel,
  ) {}

  /** The model of a folder for a recipe, loaded now or before. Throws EngineError when it cannot be loaded, or `weights.changed`. */
  async get(folder: string, { provider, model }: Pick<Recipe, 'provider' | 'model'>): Promise<DrawingModel<C>> {
    // Content decides too: a folder may hold another model than before.
    const key = `${provider} ${model.sha256} ${folder}`
    const known = this.loaded.get(key)
    if (known !== undefined) await this.check(key, known)
    const files = known?.files ?? this.look(folder)
    if (known === undefined) this.tellFiles(files)
    const opened = known?.model ?? this.openOrFallBack(folder, provider)
    this.loaded.delete(key)
    this.loaded.set(key, { model: opened, files })
    try {
      return await opened
    } catch (error) {
      this.loaded.delete(key)
      throw error
    } finally {
      await this.releaseOldest()
    }
  }

  /** Gives up a model whose files are others now. */
  private async check(key: string, { model, files }: Loaded<C>): Promise<void> {
    try {
      requireUnchanged(files)
    } catch (error) {
      this.loaded.delete(key)
      await (await model).release()
      throw error
    }
  }

  private tellFiles(more: SeenFiles): void {
    this.onFiles(new Map([...[...this.loaded.values()].flatMap(({ files }) => [...files]), ...more]))
  }

  private async openOrFallBack(folder: string, provider: Provider): Promise<DrawingModel<C>> {
    if (provider === 'cpu') return this.open(folder, provider)
    try {
      return await this.open(folder, provider)
    } catch (error) {
      this.onRefusal(provider, error)
      return this.open(folder, 'cpu')
    }
  }

  private async releaseOldest(): Promise<void> {
    for (const [key, { model }] of this.loaded) {
      if (this.loaded.size <= MOST_LOADED) return
      this.loaded.delete(key)
      await (await model).release()
    }
  }
}
