import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { GenerationId, ImageId } from '#shared/schema/id'
import type { PictureFiles } from '../library/picture-files'
import type { Desk } from './desk'

/** Pixels of the longer side: twice the tiles of the history on a dense screen, and sharp on a canvas full of pictures. */
const SIDE = 256

/** A PNG's size stands at its beginning: signature, length and name of its header, width, height. */
const HEAD_BYTES = 24

/** The library's images, with small copies of the large ones, each made once, when it is first shown. */
export class Thumbnails {
  private readonly pending = new Map<GenerationId, Promise<string>>()

  constructor(
    private readonly files: Pick<PictureFiles, 'fileOf' | 'thumbnailOf'>,
    private readonly desk: Pick<Desk, 'thumbnail'>,
  ) {}

  fileOf(id: ImageId | GenerationId): string {
    return this.files.fileOf(id)
  }

  /** The file of a small copy; the picture itself where it is no larger, or where no copy can be made. */
  async smallFileOf(id: GenerationId): Promise<string> {
    const made = this.files.thumbnailOf(id)
    if (existsSync(made)) return made
    const making = this.pending.get(id) ?? this.make(id, made)
    this.pending.set(id, making)
    try {
      return await making
    } finally {
      this.pending.delete(id)
    }
  }

  private async make(id: GenerationId, out: string): Promise<string> {
    const file = this.files.fileOf(id)
    try {
      if ((await longerSideOf(file)) <= SIDE) return file
      await this.desk.thumbnail(file, out, SIDE)
      return out
    } catch {
      return file
    }
  }
}

async function longerSideOf(png: string): Promise<number> {
  const file = await open(png)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    await file.read(head, 0, HEAD_BYTES, 0)
    return Math.max(head.readUInt32BE(16), head.readUInt32BE(20))
  } finally {
    await file.close()
  }
}
