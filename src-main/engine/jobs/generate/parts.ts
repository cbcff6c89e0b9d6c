import { join } from 'node:path'
import { memoryNeed, wishOf, type ModelMemory } from '#shared/schema/memory-need'
import type { Provider, Recipe } from '#shared/schema/recipe'
import { onFile } from '../../files/file-error'
import { encodePng } from '../../images/png-write'
import type { Picture } from '../../images/picture'
import { savePicture } from '../../images/recipe-in-png'
import type { TimCondition } from '../../models/tim/network-graph'
import { EngineError } from '../../ir/errors'
import { openModelFolder } from '../../weights/manifest'
import { DeviceChoice } from './device-choice'
import { availableMemory, modelMemory } from './estimate-memory'
import type { DrawingParts } from './generate'
import { LoadedModels } from './loaded-models'
import { openModel, type OpenModelOptions } from './open-model'
import { requireFit } from './require-fit'
import { readState, saveState, writeInto } from './states'
import { unfinishedIn } from './unfinished'

/** The real parts of drawing: models from their folders, pictures as PNG files. `streamed`: as the models were told. */
export function drawingParts(
  devices = new DeviceChoice(),
  models = anyModels({}, devices),
  streamed = false,
): DrawingParts<TimCondition> {
  return {
    requireMemory: (folder, recipe) => requireMemory(folder, recipe, streamed),
    open: (folder, recipe) => {
      const isRefused = devices.refusalOf(folder, recipe.provider) !== undefined
      return models.get(folder, isRefused ? { ...recipe, provider: devices.providerFor(folder) } : recipe)
    },
    save: savePicture,
    saveFrame,
    saveState,
    readState,
    unfinished: unfinishedIn,
    now: () => performance.now(),
    devices,
  }
}

/** Refuses a recipe that cannot fit into this machine's memory. What is wrong with a model's files is for its opening to say. */
export function requireMemory(folder: string, recipe: Recipe, streamed = false): void {
  if (recipe.provider !== 'cpu') return
  let memory: ModelMemory
  try {
    memory = modelMemory(openModelFolder(folder))
  } catch (error) {
    if (error instanceof EngineError) return
    throw error
  }
  const wish = wishOf(recipe, streamed)
  requireFit(wish, memory.precision, memoryNeed(memory, wish, availableMemory()))
}

/** Models opened when they are asked for. */
export function anyModels(options: OpenModelOptions, devices: DeviceChoice): LoadedModels<TimCondition> {
  return new LoadedModels(modelOpener(options, devices), () => undefined)
}

/** Opens models with what is known of their provider; one that refuses is remembered. */
export function modelOpener(
  options: OpenModelOptions,
  devices: DeviceChoice,
): (folder: string, provider: Provider) => ReturnType<typeof openModel> {
  return async (folder, provider) => {
    try {
      return await openModel(folder, provider, { ...options, fused: devices.fusedOn(provider) })
    } catch (error) {
      const isFault = error instanceof EngineError && error.code.startsWith('runtime.')
      if (provider !== 'cpu' && isFault) devices.refuse(folder, provider, error)
      throw error
    }
  }
}

/**
 * Frames can be drawn again from the recipe, so they need not survive a power cut: they are not flushed. So small a file is written in less
 * time than another thread takes to wake up. Throws FileError.
 */
async function saveFrame(folder: string, index: number, picture: Picture): Promise<void> {
  const file = join(folder, `${index}.png`)
  onFile(file, () => {
    writeInto(folder, file, encodePng(picture))
  })
  return Promise.resolve()
}
