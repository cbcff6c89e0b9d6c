import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onFileAsync } from '../../files/file-error'
import { encodePng } from '../../images/png-write'
import type { Picture } from '../../images/picture'
import { savePicture } from '../../images/recipe-in-png'
import type { TimCondition } from '../../models/tim/network-graph'
import type { DrawingParts } from './generate'
import { LoadedModels } from './loaded-models'
import { openModel, type OpenModelOptions } from './open-model'

/** The real parts of drawing: models from their folders, pictures as PNG files. */
export function drawingParts(models = anyModels({})): DrawingParts<TimCondition> {
  return { open: (folder, recipe) => models.get(folder, recipe), save: savePicture, saveFrame, now: () => performance.now() }
}

/** Models opened when they are asked for. */
export function anyModels(options: OpenModelOptions): LoadedModels<TimCondition> {
  return new LoadedModels(
    (folder, provider) => openModel(folder, provider, options),
    () => undefined,
  )
}

/** Frames can be drawn again from the recipe, so they need not survive a power cut: they are not flushed. Throws FileError. */
async function saveFrame(folder: string, index: number, picture: Picture): Promise<void> {
  const file = join(folder, `${index}.png`)
  await onFileAsync(file, async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(file, encodePng(picture))
  })
}
