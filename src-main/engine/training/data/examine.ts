import { z } from 'zod'
import { readWhole } from '../../files/read-bytes'
import { codec } from '../../images/codec'
import type { Picture } from '../../images/picture'
import { decodePicture, readPicture, resizePicture, type ReadOptions } from '../../images/read-picture'
import { blurOf } from './blur'
import { likenessOf } from './likeness'

/** What looking at a picture once tells of it, for as long as its content stays. */
export const PictureFacts = z.object({
  /** Upright, in pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Pictures in the file: more than one where it is animated or has pages. */
  pages: z.int().positive(),
  /** 0 (sharp) to 1, as `blurOf`. */
  blur: z.number(),
  likeness: z.object({ edges: z.string(), colours: z.string() }),
})
export type PictureFacts = z.infer<typeof PictureFacts>

/** Largest camera files; each is read whole. */
const LARGEST_FILE = 256 * 1024 * 1024
/** Blur and likeness are judged at this many pixels: a training size, whatever the camera's. */
const JUDGED_AREA = 512 * 512

/** `#rrggbb` as a colour to read pictures with. */
export function backgroundOf(colour: string): Required<ReadOptions>['background'] {
  const level = (at: number): number => parseInt(colour.slice(at, at + 2), 16)
  return { r: level(1), g: level(3), b: level(5) }
}

/** Opens a picture of any kind and looks at it. Throws PictureError or FileError naming it. */
export async function examine(path: string, background: string): Promise<PictureFacts> {
  const bytes = readWhole(path, LARGEST_FILE)
  const picture = await decodePicture(bytes, path, { background: backgroundOf(background) })
  const { pages = 1 } = await (await codec())(bytes, { limitInputPixels: false }).metadata()
  const small = await forJudging(picture)
  const { width, height } = picture
  return { width, height, pages, blur: blurOf(small), likeness: likenessOf(small) }
}

/** The picture as training reads it. Throws PictureError or FileError naming it. */
export function readForTraining(path: string, background: string): Promise<Picture> {
  return readPicture(path, { background: backgroundOf(background) })
}

async function forJudging(picture: Picture): Promise<Picture> {
  const scale = Math.sqrt(JUDGED_AREA / (picture.width * picture.height))
  if (scale >= 1) return picture
  const shrunk = (side: number): number => Math.max(1, Math.round(side * scale))
  return resizePicture(picture, shrunk(picture.width), shrunk(picture.height), 'fill')
}
