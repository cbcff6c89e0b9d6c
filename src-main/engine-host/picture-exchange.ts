import { existsSync, mkdirSync } from 'node:fs'
import { copyFile, constants, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileName } from '#shared/schema/file-name'
import type { Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import type { PictureFormat } from '#shared/schema/picture-format'
import type { Library } from '../library/library'
import type { Desk } from './desk'

export interface CopyOptions {
  readonly format: PictureFormat
  /** 1…100, for formats that lose something. */
  readonly quality: number
  /** Whether the copy tells how the picture was made. */
  readonly recipe: boolean
}

const ENDINGS: Readonly<Record<PictureFormat, string>> = { png: '.png', jpeg: '.jpg', webp: '.webp' }

/** Copies of the library's pictures for other programs, named by the pattern of the settings. */
export class PictureExchange {
  constructor(
    private readonly library: Library,
    private readonly desk: Pick<Desk, 'export'>,
  ) {}

  /** The name that a copy would have, with its ending. */
  nameOf(picture: Generation, format: PictureFormat): string {
    return fileName(this.library.settings.get().output.pattern, picture.recipe, picture.createdAt) + ENDINGS[format]
  }

  /** Writes a copy as this file. Rejects with a FailureError. */
  async copyTo(file: string, picture: Generation, { format, quality, recipe }: CopyOptions): Promise<void> {
    const from = this.library.files.fileOf(picture.id)
    await this.desk.export({ file: from, out: file, format, quality, recipe: recipe ? picture.recipe : null })
  }

  /** Writes copies into a folder, none over a file that is there. Returns their paths; rejects with a FailureError. */
  async copyInto(folder: string, pictures: readonly Generation[], options: CopyOptions): Promise<string[]> {
    mkdirSync(folder, { recursive: true })
    const written: string[] = []
    for (const picture of pictures) {
      const file = freeName(folder, this.nameOf(picture, options.format))
      await this.copyTo(file, picture, options)
      written.push(file)
    }
    return written
  }

  /** A finished picture also goes into the output folder, where the settings want that. Rejects with a FailureError. */
  async keepCopy(picture: Generation): Promise<void> {
    const { output } = this.library.settings.get()
    if (!output.every || output.folder === '') return
    await this.copyInto(output.folder, [picture], { format: 'png', quality: 100, recipe: true })
  }

  /** Files under readable names that another program may take, in the cache. They are made anew each time. */
  async lend(ids: readonly GenerationId[]): Promise<string[]> {
    const folder = this.library.folders.lent
    await rm(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const lent: string[] = []
    for (const picture of this.library.generations.some(ids)) {
      const file = freeName(folder, this.nameOf(picture, 'png'))
      // Where the file system can, it shares the bytes.
      await copyFile(this.library.files.fileOf(picture.id), file, constants.COPYFILE_FICLONE)
      lent.push(file)
    }
    return lent
  }
}

/** A name in the folder that no file has: the wished one, or one with a number behind it. */
function freeName(folder: string, wished: string): string {
  const dot = wished.lastIndexOf('.')
  let file = join(folder, wished)
  for (let n = 2; existsSync(file); n++) file = join(folder, `${wished.slice(0, dot)} (${n})${wished.slice(dot)}`)
  return file
}
