import type { StartFiles } from '#shared/engine/protocol'
import type { Recipe, StartFrom } from '#shared/schema/recipe'
import type { Picture } from '../../images/picture'
import type { DrawingModel, Ground } from './drawing-model'
import { StartError } from './start-error'
import { laidOut, type LaidOut } from './start-layout'
import { readStart } from './start-files'

/**
 * A model that draws upon the picture which a recipe starts from; itself where that is none. What is not drawn anew is the picture's own
 * in all that it decodes, to the bit. Throws StartError, PictureError, FileError.
 */
export async function upon<C>(
  model: DrawingModel<C>,
  { width, height, start }: Pick<Recipe, 'width' | 'height' | 'start'>,
  files: StartFiles | undefined,
): Promise<DrawingModel<C>> {
  if (start === undefined) return model
  if (files === undefined) throw new StartError('start.missing', 'The picture to start from is missing.', 'Choose it again.')
  if (!model.encode) {
    const what = 'This model cannot start from a picture: it came without an encoder.'
    throw new StartError('start.no-encoder', what, 'Import it again with its whole autoencoder, or draw without a picture.')
  }
  const layout = laidOut(start, { width, height }, await readStart(start, files))
  const latent = await model.encode(layout.picture)
  const [, channels, h, w] = model.latentShape(width, height)
  return {
    ...model,
    ground: groundOf(start, layout, latent.data, { channels, height: h, width: w }),
    decode: async (z, watch) => covered(layout, await model.decode(z, watch)),
  }
}

interface Cells {
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** A cell of the latent is free as far as the freest of its pixels is. */
function groundOf({ strength }: StartFrom, { picture, share }: LaidOut, latent: Float32Array, cells: Cells): Ground {
  if (share === undefined) return { latent, strength }
  const side = picture.height / cells.height
  const area = cells.height * cells.width
  const free = new Float32Array(cells.channels * area)
  share.forEach((value, i) => {
    const cell = Math.floor(i / picture.width / side) * cells.width + Math.floor((i % picture.width) / side)
    if (value > (free[cell] ?? 0)) free[cell] = value
  })
  for (let channel = 1; channel < cells.channels; channel++) free.copyWithin(channel * area, 0, area)
  return { latent, strength, free }
}

/** share·drawn + (1 − share)·picture, rounded; the picture's own bytes where the share is 0. */
function covered({ picture, share }: LaidOut, drawn: Picture): Picture {
  if (share === undefined) return drawn
  const rgb = drawn.rgb.map((value, i) => {
    const part = share[Math.floor(i / 3)] ?? 0
    return Math.round(part * value + (1 - part) * (picture.rgb[i] ?? 0))
  })
  return { ...drawn, rgb }
}
