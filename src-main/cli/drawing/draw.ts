import { rm } from 'node:fs/promises'
import type { FoundModel, PictureOrder } from '#shared/engine/protocol'
import type { Frame, Generation } from '#shared/schema/generation'
import { frameImage, GenerationId, JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import type { DeviceChoice } from '../../engine/jobs/generate/device-choice'
import { generate } from '../../engine/jobs/generate/generate'
import { anyModels, drawingParts } from '../../engine/jobs/generate/parts'
import { adapterFolders } from '../../library/adapter-cards'
import type { Library } from '../../library/library'
import { newId } from '../../library/new-id'
import { filesToStart } from '../../library/starts'

/** A picture that was made and is in the library. */
export interface Made {
  readonly generation: Generation
  readonly file: string
  /** Files of its steps, in order. */
  readonly frames: readonly string[]
}

export interface Order {
  readonly model: FoundModel
  readonly recipe: Recipe
  /** Pictures, with image indices from the recipe's own upwards. */
  readonly count: number
  /** Which providers work here. */
  readonly devices: DeviceChoice
  /** Reads the network from its file block by block at each step. */
  readonly streamed?: boolean
  /** Whether the pictures of the steps are wanted whole, at whatever it costs. */
  readonly wholeSteps?: boolean
}

interface Listeners {
  readonly onStep: (picture: number, index: number) => void
  readonly onNote: (text: string) => void
}

/**
 * Draws pictures into the library, each recorded as soon as its file is complete, so that what fails or is stopped later takes
 * nothing away. `onStep` hears of every network step, `onNote` of what the user should know. Throws what the engine throws.
 */
export async function* draw(
  library: Library,
  { model, recipe, count, devices, streamed = false, wholeSteps = false }: Order,
  signal: AbortSignal,
  { onStep, onNote }: Listeners,
): AsyncGenerator<Made> {
  const job = JobId.parse(newId())
  const pictures = Array.from({ length: count }, (_, picture): PictureOrder => {
    const generation = GenerationId.parse(newId())
    return { generation, imageIndex: recipe.imageIndex + picture, ...library.files.prepare(generation) }
  })
  const waiting = new Set(pictures)
  let frames: Frame[] = []
  try {
    const parts = drawingParts(devices, anyModels({ features: library.folders.features, streamed }, devices), streamed)
    const adapters = adapterFolders(library.folders.adapters, recipe)
    const { unfinished, starts } = library.folders
    const start = filesToStart(starts, recipe)
    const preview = wholeSteps ? ('full' as const) : ('auto' as const)
    const task = { kind: 'generate' as const, recipe, model: model.folder, adapters, unfinished, ...start, preview, pictures }
    for await (const news of generate(task, parts, signal)) {
      if (news.is === 'finished' || news.is === 'failed') continue
      const order = pictures[news.picture]
      if (order === undefined) throw new Error(`There is no picture ${news.picture}.`)
      const id = order.generation
      if (news.is === 'note') onNote(news.text)
      if (news.is === 'begun') frames = []
      if (news.is === 'step') {
        const { index, t, r, ms } = news
        if (news.shown) frames.push({ index, t, r, ms, image: frameImage(id, index) })
        onStep(news.picture, index)
      }
      if (news.is !== 'made') continue
      const generation = {
        version: 1 as const,
        id,
        job,
        recipe: news.recipe,
        frames,
        starred: false,
        createdAt: Date.now(),
        tookMs: news.cost.tookMs,
      }
      library.generations.add(generation)
      library.states.noteWritten(id, library.settings.get().statesBudget)
      waiting.delete(order)
      if (news.resumed !== true) library.timings.learn(news.recipe, news.cost, generation.createdAt)
      yield { generation, file: order.file, frames: frameFiles(library, generation, order.file) }
    }
  } finally {
    for (const { generation, file } of waiting) {
      await rm(file, { force: true })
      await library.files.discardTraces(generation)
    }
  }
}

/** The last step has no file of its own: it is the picture. */
function frameFiles(library: Library, { id, frames, recipe }: Generation, file: string): string[] {
  return frames.map(({ index }) => (index === recipe.steps - 1 ? file : library.files.fileOf(frameImage(id, index))))
}
