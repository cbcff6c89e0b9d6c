import type { Provider, Recipe } from '#shared/schema/recipe'
import type { DrawingModel } from './drawing-model'

/** Models that stay loaded between jobs, the last used ones. */
const MOST_LOADED = 2

/**
 * Keeps models loaded, so that only the first picture waits for it. A provider that refuses a model gives way to the CPU; the
 * recipe of what is drawn then names the CPU.
 */
export class LoadedModels<C> {
  private readonly loaded = new Map<string, Promise<DrawingModel<C>>>()

  constructor(
    private readonly open: (folder: string, provider: Provider) => Promise<DrawingModel<C>>,
    /** Hears why a provider could not be used. */
    private readonly onRefusal: (provider: Provider, why: unknown) => void,
  ) {}

  /** The model of a folder for a recipe, loaded now or before. Throws EngineError when it cannot be loaded. */
  async get(folder: string, { provider, model }: Pick<Recipe, 'provider' | 'model'>): Promise<DrawingModel<C>> {
    // Content decides too: a folder may hold another model than before.
    const key = `${provider} ${model.sha256} ${folder}`
    const known = this.loaded.get(key) ?? this.openOrFallBack(folder, provider)
    this.loaded.delete(key)
    this.loaded.set(key, known)
    try {
      return await known
    } catch (error) {
      this.loaded.delete(key)
      throw error
    } finally {
      await this.releaseOldest()
    }
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
    for (const [key, model] of this.loaded) {
      if (this.loaded.size <= MOST_LOADED) return
      this.loaded.delete(key)
      await (await model).release()
    }
  }
}
