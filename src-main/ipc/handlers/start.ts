import { readFile } from 'node:fs/promises'
import { FailureError } from '#shared/ipc/failure'
import { bitmapSize } from '#shared/mask/bitmap'
import type { StartPicture } from '#shared/schema/start-picture'
import type { Library } from '../../library/library'
import { keepStart, readStartMask, startPicture } from '../../library/starts'
import type { HandlersOf } from '../answer'
import type { ChosenPaths } from '../chosen-paths'

/** `keepFile` keeps a picture file of any kind in the library's folder of pictures to start from. */
export function startHandlers(
  { folders, files }: Pick<Library, 'folders' | 'files'>,
  keepFile: (file: string, starts: string) => Promise<StartPicture>,
  chosen: ChosenPaths,
): HandlersOf<'start'> {
  return {
    'start/keep': async (wanted) => {
      if ('path' in wanted) {
        chosen.check(wanted.path, 'start')
        return keepFile(wanted.path, folders.starts)
      }
      // The library's own pictures are what a kept one is: they need not be read.
      const file = 'image' in wanted ? files.fileOf(wanted.image) : startPicture(folders.starts, wanted.picture)
      const bytes = await readFile(file).catch(() => null)
      const size = bytes && sizeIn(bytes)
      if (!bytes || !size) throw gone()
      return { ...size, sha256: 'picture' in wanted ? wanted.picture : await keepStart(folders.starts, bytes, 'picture') }
    },
    'start/keep-mask': async ({ bytes }) => {
      if (bitmapSize(bytes) !== undefined) return { mask: await keepStart(folders.starts, bytes, 'mask') }
      const message = 'This is no mask.'
      throw new FailureError({ code: 'bad-input', field: 'start', message, remedy: 'Paint it again.' })
    },
    'start/mask': async ({ mask }) => ({ bytes: await readStartMask(folders.starts, mask) }),
  }
}

/** Width and height in the header of a PNG. */
function sizeIn(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

function gone(): FailureError {
  const message = 'The picture to start from is no longer there.'
  return new FailureError({ code: 'bad-input', field: 'start', message, remedy: 'Choose another one.' })
}
