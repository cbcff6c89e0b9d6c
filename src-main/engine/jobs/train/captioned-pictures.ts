import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join, relative, sep } from 'node:path'
import { onFile } from '../../files/file-error'
import { TrainingError } from '../../training/training-error'

/** A picture to learn from. */
export interface CaptionedPicture {
  readonly file: string
  /** The text beside it, or else the words of its name. */
  readonly caption: string
  /** The folder it lies in below the data folder; '' at the top. For class models this is the class. */
  readonly group: string
}

const KINDS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.avif', '.gif', '.tif', '.tiff', '.svg'])

/**
 * The pictures below a folder in the order of their names. NAME.txt beside NAME.png is its caption.
 * Throws FileError, or TrainingError where there is no picture.
 */
export function captionedPictures(folder: string): CaptionedPicture[] {
  const names = onFile(folder, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  const pictures = names
    .filter((name) => KINDS.has(extname(name).toLowerCase()) && !basename(name).startsWith('.'))
    .sort()
    .map((name) => ({
      file: join(folder, name),
      caption: captionOf(join(folder, name)),
      group: groupOf(folder, join(folder, name)),
    }))
  if (pictures.length > 0) return pictures
  const kinds = [...KINDS].join(' ')
  throw new TrainingError(
    'training.data',
    `${folder} holds no pictures.`,
    `Put pictures there (${kinds}), each with its caption in a .txt of the same name.`,
  )
}

function captionOf(file: string): string {
  const stem = file.slice(0, -extname(file).length)
  const text = `${stem}.txt`
  if (existsSync(text)) return onFile(text, () => readFileSync(text, 'utf8')).trim()
  return basename(stem)
    .replace(/[-_.]+/g, ' ')
    .trim()
}

function groupOf(folder: string, file: string): string {
  const parts = relative(folder, file).split(sep)
  return parts.length > 1 ? (parts[0] ?? '') : ''
}
