import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GenerationId, type ImageId } from '#shared/schema/id'
import type { Folders } from './folders'
import { localDay } from './generations'

/** Crockford's digits, in which ids begin with their time. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** Where pictures and the frames of their trajectories lie. Paths follow from ids alone, so an id is all that anyone passes. */
export class PictureFiles {
  constructor(private readonly folders: Folders) {}

  /** The file of an image: `pictures/<month>/<id>.png` or `frames/<id>/<index>.png`. */
  fileOf(image: ImageId | GenerationId): string {
    const [id = '', index] = image.split('.')
    return index === undefined ? join(this.folders.pictures, monthOf(id), `${id}.png`) : join(this.framesOf(id), `${index}.png`)
  }

  framesOf(id: string): string {
    return join(this.folders.frames, id)
  }

  /** Makes the folders that a new picture needs. */
  prepare(id: GenerationId): { readonly file: string; readonly frames: string } {
    const frames = this.framesOf(id)
    mkdirSync(join(this.folders.pictures, monthOf(id)), { recursive: true })
    mkdirSync(frames, { recursive: true })
    return { file: this.fileOf(id), frames }
  }

  /** Deletes a picture's files. */
  discard(id: GenerationId): void {
    rmSync(this.fileOf(id), { force: true })
    this.discardFrames(id)
  }

  discardFrames(id: GenerationId): void {
    rmSync(this.framesOf(id), { recursive: true, force: true })
  }

  /** Deletes latents whose pictures nobody asked for again since `before` (milliseconds). */
  discardUnfinished(before: number): void {
    const folder = this.folders.unfinished
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const file = join(folder, name)
      if (statSync(file).mtimeMs < before) rmSync(file, { force: true })
    }
  }

  /** Ids with a folder of frames that nothing was written to since `before` (milliseconds). */
  framedBefore(before: number): GenerationId[] {
    return readdirSync(this.folders.frames).flatMap((name) => {
      const id = GenerationId.safeParse(name)
      return id.success && statSync(join(this.folders.frames, name)).mtimeMs < before ? [id.data] : []
    })
  }
}

/** The month in which an id was made, YYYY-MM: it is in the id's first ten characters. */
function monthOf(id: string): string {
  let time = 0
  for (const digit of id.slice(0, 10)) time = time * 32 + DIGITS.indexOf(digit)
  // UTC, so that a file keeps its place when the computer travels.
  return Number.isSafeInteger(time) && time < 8.64e15 ? new Date(time).toISOString().slice(0, 7) : localDay(0).slice(0, 7)
}
