import { join } from 'node:path'
import type { DataSettings, DatasetReport } from '#shared/schema/dataset'
import { HashCache } from '../../files/file-identity'
import { EngineError } from '../../ir/errors'
import { TrainingError } from '../training-error'
import type { DiskCache } from './disk-cache'
import { examine, PictureFacts } from './examine'
import { readPictureFolder, type FolderPicture } from './read-folder'
import { reportOf, type Examined, type ModelDemand } from './report'

/** Raised when what is found out about a picture changes, so that what older versions found is not used. */
const EXAMINATION = 1

/**
 * Looks at a folder: every picture is opened once, and again only when its content has changed. A picture that cannot be read is named in
 * the report; the others are used. `progress` hears how many of how many are done. Throws TrainingError where none is left, FileError, and the signal's reason.
 */
export async function examineFolder(
  folder: string,
  task: {
    readonly settings: DataSettings
    readonly model: ModelDemand
    readonly batch: number
    readonly cache: DiskCache
    readonly progress?: (done: number, of: number) => void
    readonly signal?: AbortSignal
  },
): Promise<DatasetReport> {
  const { pictures, notes } = readPictureFolder(folder)
  const hashes = new HashCache(join(task.cache.folder, 'contents.json'))
  const examined: Examined[] = []
  for (const [i, picture] of pictures.entries()) {
    task.signal?.throwIfAborted()
    examined.push(await examineOne(picture, task.settings.background, hashes, task.cache))
    task.progress?.(i + 1, pictures.length)
  }
  await hashes.save()
  return reportOf({ folder, examined, notes }, task.settings, task.model, task.batch)
}

/** Throws TrainingError that says why nothing is left to learn from. */
export function needPictures({ folder, pictures, skipped }: DatasetReport): void {
  if (pictures.length > 0) return
  const [first] = skipped
  const why = first ? ` ${first.file}: ${first.problem.reason}` : ''
  throw new TrainingError(
    'training.data',
    `None of the pictures in ${folder} can be used.${why}`,
    'Choose other pictures, or change how they are read.',
  )
}

async function examineOne(picture: FolderPicture, background: string, hashes: HashCache, cache: DiskCache): Promise<Examined> {
  let content = UNREAD
  try {
    content = await hashes.sha256(picture.path)
    const source = { kind: 'picture', version: EXAMINATION, content, background }
    return { picture, content, facts: await cache.json(source, PictureFacts, () => examine(picture.path, background)) }
  } catch (error) {
    // What the disk refuses to keep is no fault of the picture.
    if (!(error instanceof EngineError) || error.code === 'file.disk-full') throw error
    return { picture, content, facts: { broken: `${error.message} ${error.remedy}` } }
  }
}

const UNREAD = '0'.repeat(64)
