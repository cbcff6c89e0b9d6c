import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FoundModel, ModelPlace } from '#shared/engine/protocol'
import { FailureError } from '#shared/ipc/failure'
import type { ModelCard } from '#shared/schema/model'
import type { Recipe } from '#shared/schema/recipe'

/** What the shelf needs of the engine: a look into folders. */
interface Looker {
  listModels(places: readonly ModelPlace[]): Promise<FoundModel[]>
}

/** The installed models: the embedded one and those in the library's models folder. The engine looks into them; this remembers. */
export class ModelShelf {
  private known: Promise<FoundModel[]> | null = null

  constructor(
    private readonly engine: Looker,
    private readonly embedded: readonly string[],
    private readonly models: string,
  ) {}

  /** The cards of all models. Rejects with a FailureError when the engine is down. */
  async cards(): Promise<ModelCard[]> {
    return (await this.found()).map(({ card }) => card)
  }

  /** The model that a recipe names by its hash. Throws a FailureError when it is missing or broken. */
  async modelFor({ model }: Pick<Recipe, 'model'>): Promise<FoundModel> {
    const found = (await this.found()).find(({ card }) => card.sha256 === model.sha256)
    if (found === undefined) {
      throw new FailureError({
        code: 'model-missing',
        model: model.name,
        message: `The model “${model.name}” is not installed in the version that this recipe was made with.`,
        remedy: 'Choose another model, or import that one under Models.',
        detail: `sha256 ${model.sha256}`,
      })
    }
    if (found.card.state.is === 'broken') {
      throw new FailureError({
        code: 'model-broken',
        model: found.card.title,
        message: `The model “${found.card.title}” cannot be used: ${found.card.state.why}.`,
        remedy: 'Import it again under Models, or reinstall TiM Studio if it is the embedded one.',
      })
    }
    return found
  }

  /** The model of a name, broken ones too. Throws a FailureError where there is none. */
  async named(name: string): Promise<FoundModel> {
    const found = (await this.found()).find(({ card }) => card.name === name)
    if (found !== undefined) return found
    const message = `There is no model “${name}”.`
    throw new FailureError({ code: 'not-found', what: 'model', message, remedy: 'Choose one of the list.' })
  }

  /** The model of a name, or else the first that is ready; undefined when there is none. Rejects when the engine is down. */
  async preferred(name: string): Promise<FoundModel | undefined> {
    const ready = (await this.found()).filter(({ card }) => card.state.is === 'ready')
    return ready.find(({ card }) => card.name === name) ?? ready[0]
  }

  /** Looks again the next time it is asked. */
  forget(): void {
    this.known = null
  }

  private async found(): Promise<FoundModel[]> {
    this.known ??= this.engine.listModels(this.places())
    try {
      return await this.known
    } catch (error) {
      this.known = null
      throw error
    }
  }

  private places(): ModelPlace[] {
    const imported = readdirSync(this.models, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => ({ folder: join(this.models, name), embedded: false }))
    return [...this.embedded.map((folder) => ({ folder, embedded: true })), ...imported]
  }
}
