import type { StartPicture } from '#shared/schema/start-picture'
import { keepStartMask, keepStartPicture } from '../../images/keep-start'

/** Keeps picture files of any kind to start from, in a folder of the library. Throws PictureError, FileError. */
export async function keepStart(
  starts: string,
  file: string,
  mask?: string,
): Promise<{ readonly picture: StartPicture; readonly mask?: string }> {
  const picture = await keepStartPicture(starts, file)
  return { picture, ...(mask !== undefined && { mask: await keepStartMask(starts, mask, picture) }) }
}
