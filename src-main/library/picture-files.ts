import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GenerationId, ImageId } from '#shared/schema/id'
import type { Folders } from './folders'
import { timeIn } from './order'

/** Where pictures and what belongs to them lie. Paths follow from ids alone, so an id is all that anyone passes. */
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

  /** The small picture that lists show: `cache/thumbnails/<month>/<id>.webp`. */
  thumbnailOf(id: GenerationId): string {
    return join(this.folders.thumbnails, monthOf(id), `${id}.webp`)
  }

  /** Makes the folders that a new picture needs. */
  prepare(id: GenerationId): { readonly file: string; readonly frames: string; readonly states: string } {
    const frames = this.framesOf(id)
    mkdirSync(join(this.folders.pictures, monthOf(id)), { recursive: true })
    mkdirSync(frames, { recursive: true })
    return { file: this.fileOf(id), frames, states: join(this.folders.states, id) }
  }

  /** Deletes what was made along with a picture and can go with it: its frames and its thumbnail. The picture itself stays. */
  async discardTraces(id: GenerationId): Promise<void> {
    await rm(this.framesOf(id), { recursive: true, force: true })
    await rm(this.thumbnailOf(id), { force: true })
  }
}

/** The month in which an id was made, YYYY-MM: it is in the id's first ten characters. */
function monthOf(id: string): string {
  // UTC, so that a file keeps its place when the computer travels.
  return new Date(timeIn(id)).toISOString().slice(0, 7)
}
