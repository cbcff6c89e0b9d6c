import type { Bitmap } from '#shared/mask/bitmap'
import type { StartFrom } from '#shared/schema/recipe'
import { feathered } from '../../images/feather'
import { picture as pictureOf, type Picture } from '../../images/picture'
import { resample } from '../../images/resample'
import { StartError } from './start-error'

/** What is on disk of a `start`. */
export interface StartParts {
  readonly picture: Picture
  readonly mask?: Bitmap
}

/** A picture to start from, laid out as the one that is drawn. */
export interface LaidOut {
  /** Of the size that is drawn. Where the picture did not reach, its edge goes on. */
  readonly picture: Picture
  /** For each pixel, how much of it is drawn anew, 0 … 1; undefined where all is. */
  readonly share: Float32Array | undefined
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Lays out what a recipe starts from. Throws StartError where nothing of the picture is in sight, or nothing of it is masked. */
export function laidOut(start: StartFrom, size: Size, { picture, mask }: StartParts): LaidOut {
  const inside = visible(start.place, size)
  const part = resample(picture, start.place.width, start.place.height, {
    x: inside.x - start.place.x,
    y: inside.y - start.place.y,
    width: inside.width,
    height: inside.height,
  })
  const whole = inside.width === size.width && inside.height === size.height
  const laid = whole ? part : withEdges(part, inside, size)
  if (whole && mask === undefined) return { picture: laid, share: undefined }
  const anew = toBeDrawn(start, inside, size, mask)
  if (!anew.pixels.includes(1)) {
    throw new StartError(
      'start.mask',
      'The mask is empty, so that nothing would be drawn.',
      'Paint where the picture should change, or remove the mask.',
    )
  }
  return { picture: laid, share: feathered(anew, start.feather) }
}

interface Rectangle extends Size {
  readonly x: number
  readonly y: number
}

/** The part of the drawn picture that the given one covers. */
function visible(place: Rectangle, size: Size): Rectangle {
  const [x, y] = [Math.max(0, place.x), Math.max(0, place.y)]
  const width = Math.min(size.width, place.x + place.width) - x
  const height = Math.min(size.height, place.y + place.height) - y
  if (width > 0 && height > 0) return { x, y, width, height }
  const what = `The picture to start from lies outside of the ${size.width} × ${size.height} pixels that are drawn.`
  throw new StartError('start.outside', what, 'Move it inside.')
}

/** The part in its place, its outermost pixels going on to the edges. */
function withEdges(part: Picture, inside: Rectangle, { width, height }: Size): Picture {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const row = Math.min(inside.height - 1, Math.max(0, y - inside.y))
    for (let x = 0; x < width; x++) {
      const column = Math.min(inside.width - 1, Math.max(0, x - inside.x))
      const from = (row * inside.width + column) * 3
      rgb.set(part.rgb.subarray(from, from + 3), (y * width + x) * 3)
    }
  }
  return pictureOf(width, height, rgb)
}

/** Which pixels are drawn anew: those that the picture does not cover, and those whose centre lies on the mask. */
function toBeDrawn({ place }: StartFrom, inside: Rectangle, { width, height }: Size, mask: Bitmap | undefined): Bitmap {
  const pixels = new Uint8Array(width * height).fill(1)
  for (let y = inside.y; y < inside.y + inside.height; y++) {
    const row = mask && Math.floor(((y - place.y + 0.5) * mask.height) / place.height) * mask.width
    for (let x = inside.x; x < inside.x + inside.width; x++) {
      const column = mask && Math.floor(((x - place.x + 0.5) * mask.width) / place.width)
      pixels[y * width + x] = row === undefined || column === undefined ? 0 : (mask?.pixels[row + column] ?? 0)
    }
  }
  return { width, height, pixels }
}
