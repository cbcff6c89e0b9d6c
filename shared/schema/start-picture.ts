import { z } from 'zod'
import { RECIPE_LIMITS, StartFrom } from './recipe'

const pixels = z.number().int().min(1).max(RECIPE_LIMITS.side)

/** A picture that the library keeps to start from, by the hash of its file. */
export const StartPicture = z.object({ sha256: StartFrom.shape.picture, width: pixels, height: pixels })
export type StartPicture = z.infer<typeof StartPicture>

/** The address under which the window loads it. */
export const startPictureUrl = (sha256: string): string => `tim://start/${sha256}`

/** The address of a small picture of a person's own choice, known by hash; undefined for anything else. */
export function startPictureIn(pathname: string): string | undefined {
  return StartFrom.shape.picture.safeParse(pathname.slice(1)).data
}
