import type { Recipe, StartFrom } from '#shared/schema/recipe'
import type { StartPicture } from '#shared/schema/start-picture'
import { extended, isExtended, NO_EXTENSION, placeIn, type Extension, type PictureSides } from '#shared/schema/start-place'
import { keepStart } from '../../engine/jobs/generate/keep-start'
import { UsageError } from '../explain'

/** What the options say of a picture to draw upon. */
export interface StartOptions {
  readonly init?: string
  readonly mask?: string
  readonly strength?: number
  readonly feather?: number
  readonly extend?: Extension
}

/** A picture to draw upon that the library keeps, and how; or changes of the one that a recipe names already. */
export interface StartWish {
  readonly picture?: StartPicture
  readonly mask?: string
  readonly extend: Extension
  readonly strength?: number
  readonly feather?: number
}

const FEATHER = 8
const STRENGTH = { whole: 0.6, part: 1 }

/** Keeps what the options name. Throws UsageError where they say nothing together, PictureError, FileError. */
export async function startWish(
  starts: string,
  options: StartOptions,
  before: Recipe | undefined,
): Promise<StartWish | undefined> {
  const { init, mask, extend = NO_EXTENSION, strength, feather } = options
  const said = { ...(strength !== undefined && { strength }), ...(feather !== undefined && { feather }) }
  if (init !== undefined) {
    return { ...(await keepStart(starts, init, mask)), extend, ...said }
  }
  if (mask !== undefined || isExtended(extend)) {
    throw new UsageError('--mask and --extend need a picture.', 'Name it with --init PICTURE.')
  }
  if (Object.keys(said).length === 0) return undefined
  if (before?.start !== undefined) return { extend, ...said }
  throw new UsageError('--strength and --feather need a picture.', 'Name it with --init PICTURE.')
}

/** The size in pixels that a wish leads to, before the model's own sides are considered. */
export function outerSize({ picture, extend }: StartWish): PictureSides | undefined {
  return picture && extended(picture, extend)
}

/** What a recipe of this size starts from: the picture that is wished, else the one that it began with, laid out anew where the size changed. */
export function startOf(
  wish: StartWish | undefined,
  before: Partial<Recipe> | undefined,
  size: PictureSides,
): StartFrom | undefined {
  const { picture, mask, extend = NO_EXTENSION, strength, feather } = wish ?? {}
  if (picture !== undefined) {
    const part = mask !== undefined || isExtended(extend)
    return {
      picture: picture.sha256,
      place: placeIn(picture, extend, size),
      strength: strength ?? (part ? STRENGTH.part : STRENGTH.whole),
      ...(mask !== undefined && { mask }),
      feather: feather ?? FEATHER,
    }
  }
  const start = before?.start
  if (start === undefined) return undefined
  const [across, down] = [size.width / (before?.width ?? size.width), size.height / (before?.height ?? size.height)]
  const { x, y, width, height } = start.place
  return {
    ...start,
    place: {
      x: Math.round(x * across),
      y: Math.round(y * down),
      width: Math.max(1, Math.round(width * across)),
      height: Math.max(1, Math.round(height * down)),
    },
    ...(strength !== undefined && { strength }),
    ...(feather !== undefined && { feather }),
  }
}
