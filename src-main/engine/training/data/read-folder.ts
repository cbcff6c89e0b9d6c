import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname, join, sep } from 'node:path'
import type { DatasetPicture } from '#shared/schema/dataset'
import { onFile } from '../../files/file-error'
import { readWhole } from '../../files/read-bytes'
import { TrainingError } from '../training-error'
import { readMetadata, type MetadataRow } from './metadata'

/** A picture of a folder, not opened yet. */
export interface FolderPicture {
  /** Below the folder, with forward slashes. */
  readonly file: string
  readonly path: string
  readonly caption: string
  readonly captionFrom: DatasetPicture['captionFrom']
  readonly repeats: number
  /** What a class model may take for the class: from the metadata, or else the first folder's name. '' where nothing says. */
  readonly label: string
}

/** What a folder holds. */
export interface PictureFolder {
  readonly pictures: readonly FolderPicture[]
  readonly notes: readonly string[]
}

/** Endings of files that are pictures, whether or not the codec can read each of them: one that it cannot is named. */
const KINDS = new Set(
  '.png .jpg .jpeg .jpe .jfif .webp .avif .heic .heif .gif .tif .tiff .svg .bmp .jxl .jp2 .apng .psd'.split(' '),
)
const METADATA = 'metadata.jsonl'
const CAPTION_ENDINGS = ['.txt', '.caption']
const LARGEST_TEXT = 1 << 20
const LARGEST_METADATA = 1 << 28

/** `N_name`: its pictures come N times an epoch. As Kohya's scripts read folders. */
const REPEATED = /^([1-9]\d{0,3})_(.+)$/

/**
 * Lists the pictures below a folder in the order of their names, with their captions. A caption is the text file of the same name, or the
 * row of metadata.jsonl (imagefolder convention), or else the words of the file's name, or of its `N_name` folder where the file's says
 * nothing (IMG_1234). Throws FileError, or TrainingError where there is no picture.
 */
export function readPictureFolder(folder: string): PictureFolder {
  const names = onFile(folder, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .map((name) => name.split(sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
  const files = names.filter((name) => KINDS.has(extname(name).toLowerCase()))
  if (files.length === 0) throw noPictures(folder)
  const metadata = metadataOf(folder, names, new Set(files))
  return {
    pictures: files.map((file) => {
      const row = metadata.rows.get(file)
      return { file, path: join(folder, file), ...captionOf(folder, file, row), ...placeOf(file, row) }
    }),
    notes: metadata.notes,
  }
}

function noPictures(folder: string): TrainingError {
  const remedy = 'Put pictures there (PNG, JPEG, WebP, AVIF, TIFF, GIF or SVG), each with its caption in a .txt of the same name.'
  return new TrainingError('training.data', `${folder} holds no pictures.`, remedy)
}

/** Rows of every metadata.jsonl, by picture; each file speaks of its own folder. */
function metadataOf(
  folder: string,
  names: readonly string[],
  files: ReadonlySet<string>,
): { readonly rows: ReadonlyMap<string, MetadataRow>; readonly notes: readonly string[] } {
  const rows = new Map<string, MetadataRow>()
  const notes: string[] = []
  for (const name of names.filter((each) => basename(each) === METADATA)) {
    const text = new TextDecoder().decode(readWhole(join(folder, name), LARGEST_METADATA))
    const found = readMetadata(text)
    notes.push(...found.notes.map((note) => `${name}: ${note}`))
    for (const row of found.rows) {
      const file = dirname(name) === '.' ? row.file : `${dirname(name)}/${row.file}`
      if (files.has(file)) rows.set(file, row)
      else notes.push(`${name}: '${row.file}' is not in the folder`)
    }
  }
  return { rows, notes }
}

function captionOf(
  folder: string,
  file: string,
  row: MetadataRow | undefined,
): { readonly caption: string; readonly captionFrom: DatasetPicture['captionFrom'] } {
  const stem = file.slice(0, -extname(file).length)
  const beside = CAPTION_ENDINGS.map((ending) => join(folder, stem + ending)).find((path) => existsSync(path))
  if (beside !== undefined) {
    const caption = oneLine(new TextDecoder().decode(readWhole(beside, LARGEST_TEXT)))
    return { caption, captionFrom: caption === '' ? 'nothing' : 'text-file' }
  }
  if (row?.caption !== undefined) {
    return { caption: oneLine(row.caption), captionFrom: row.caption.trim() === '' ? 'nothing' : 'metadata' }
  }
  const words = wordsOf(basename(stem))
  if (words !== '') return { caption: words, captionFrom: 'file-name' }
  const concept = REPEATED.exec(basename(dirname(file)))?.[2]
  return concept === undefined
    ? { caption: '', captionFrom: 'nothing' }
    : { caption: wordsOf(concept), captionFrom: 'folder-name' }
}

/** Captions of several lines are one caption. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Names that cameras, phones and programs give. */
const MEANINGLESS =
  /^(img|image|dsc|dscn|dscf|pxl|mvimg|photo|picture|pic|screenshot|untitled|scan|export|frame|p|whatsapp image)?$/i

/** The words of a file's name; '' where it only numbers the picture. */
function wordsOf(stem: string): string {
  const words = stem
    .replace(/[-_.+\s]+/g, ' ')
    .replace(/ ?\(\d+\)$/, '')
    .trim()
  const letters = words.replace(/\b[0-9a-f]{8,}\b|\d+/gi, ' ').replace(/\s+/g, ' ')
  return MEANINGLESS.test(letters.trim()) ? '' : words
}

function placeOf(file: string, row: MetadataRow | undefined): { readonly repeats: number; readonly label: string } {
  const parts = file.split('/').slice(0, -1)
  const repeated = REPEATED.exec(parts.at(-1) ?? '')
  const label = row?.label ?? REPEATED.exec(parts[0] ?? '')?.[2] ?? parts[0] ?? ''
  return { repeats: repeated ? Number(repeated[1]) : 1, label }
}
