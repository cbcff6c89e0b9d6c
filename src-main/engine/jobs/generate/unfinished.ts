import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recipe } from '#shared/schema/recipe'
import { onFileAsync } from '../../files/file-error'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'

/**
 * Latents that were sampled and are no picture yet. They stay until the picture is written, so that what fails afterwards (memory,
 * a full disk, a crash) is repeated without sampling again: the same recipe finds its latent.
 */
export interface Unfinished {
  /** What was sampled for a recipe before, if its picture was never written. */
  find(recipe: Recipe, shape: readonly number[]): Promise<Tensor<'f32'> | undefined>
  /** Throws FileError. */
  keep(recipe: Recipe, latent: Tensor<'f32'>): Promise<void>
  /** The picture is written. */
  done(recipe: Recipe): Promise<void>
}

/** Unfinished latents as files of a folder, `<hash of the recipe>.f32`: numbers in little-endian float32, nothing else. */
export function unfinishedIn(folder: string): Unfinished {
  const fileOf = (recipe: Recipe): string => join(folder, `${hashOf(recipe)}.f32`)
  return {
    async find(recipe, shape) {
      const bytes = await readFile(fileOf(recipe)).catch(() => undefined)
      // A file of another length was cut short: it is as if it were not there.
      if (bytes?.length !== sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT) return undefined
      return f32(shape, new Float32Array(new Uint8Array(bytes).buffer))
    },
    async keep(recipe, { data }) {
      const file = fileOf(recipe)
      await onFileAsync(file, async () => {
        await mkdir(folder, { recursive: true })
        // Not flushed: what a power cut takes can be sampled again.
        await writeFile(`${file}.part`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        await rename(`${file}.part`, file)
      })
    },
    // One that cannot be deleted now is deleted when the library tidies.
    done: (recipe) => rm(fileOf(recipe), { force: true }).catch(() => undefined),
  }
}

/** Two recipes have one hash where all that decides the picture is the same, in whatever order it was written. */
function hashOf(recipe: Recipe): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
  }
  return createHash('sha256')
    .update(JSON.stringify(sorted(recipe)))
    .digest('hex')
}
