import { FailureError } from '#shared/ipc/failure'
import type { LiveAnswer } from '#shared/schema/live'
import { frameImage, GenerationId, JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { objectionTo } from '#shared/schema/recipe-check'
import { adapterFolders } from '../library/adapter-cards'
import type { Library } from '../library/library'
import { newId } from '../library/new-id'
import type { EngineTurns } from './engine-turns'
import type { ModelShelf } from './model-shelf'

/** Live pictures that stay on disk: the newest, and the one that the window may still show. */
const KEPT = 2

/**
 * Pictures drawn while the prompt is typed: at once or not at all, and not into the history. Their files lie among the frames, as ones
 * that belong to no picture.
 */
export class LivePictures {
  private drawn: GenerationId[] = []

  constructor(
    private readonly library: Pick<Library, 'files' | 'folders'>,
    private readonly engine: EngineTurns,
    private readonly shelf: Pick<ModelShelf, 'modelFor'>,
  ) {}

  /** Draws a recipe unless the engine has something else to do. Throws a FailureError when it cannot be drawn. */
  async draw(recipe: Recipe): Promise<LiveAnswer> {
    const { folder, card } = await this.shelf.modelFor(recipe)
    const objection = objectionTo(recipe, card)
    if (objection !== null) throw new FailureError(objection)
    if (!this.engine.free) return { is: 'busy' }
    const generation = GenerationId.parse(newId())
    const image = frameImage(generation, 0)
    const order = {
      generation,
      imageIndex: recipe.imageIndex,
      file: this.library.files.fileOf(image),
      frames: this.library.files.framesOf(generation),
    }
    const adapters = adapterFolders(this.library.folders.adapters, recipe)
    const task = { kind: 'generate' as const, recipe, model: folder, adapters, pictures: [order] }
    const from = performance.now()
    const ending = await this.engine.run(JobId.parse(newId()), task, () => undefined)
    await this.forgetOld(generation)
    if (ending.is === 'failed') throw new FailureError(ending.failure)
    return { is: 'drawn', image, ms: performance.now() - from }
  }

  private async forgetOld(newest: GenerationId): Promise<void> {
    this.drawn.push(newest)
    const old = this.drawn.splice(0, Math.max(0, this.drawn.length - KEPT))
    // What cannot be deleted now belongs to no picture, and goes when the library is tidied.
    await Promise.allSettled(old.map(async (id) => this.library.files.discardTraces(id)))
  }
}
