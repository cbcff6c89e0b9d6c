import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartFiles } from '#shared/engine/protocol'
import { FailureError } from '#shared/ipc/failure'
import type { Recipe } from '#shared/schema/recipe'

/** Pictures that recipes start from, and their masks: `starts/<sha256>.png` and `.pbm`, each named by its content. */

/** Where a picture to start from lies, whether it is there or not. */
export function startPicture(starts: string, sha256: string): string {
  return join(starts, `${sha256}.png`)
}

/** Where a mask lies, whether it is there or not. */
export function startMask(starts: string, sha256: string): string {
  return join(starts, `${sha256}.pbm`)
}

/** The files that a recipe starts from, for the engine; nothing for a recipe that begins with noise. Throws a FailureError where one is missing. */
export function filesToStart(starts: string, { start }: Pick<Recipe, 'start'>): { readonly start?: StartFiles } {
  if (start === undefined) return {}
  const picture = present(startPicture(starts, start.picture), 'picture')
  if (start.mask === undefined) return { start: { picture } }
  return { start: { picture, mask: present(startMask(starts, start.mask), 'mask') } }
}

/** Keeps the bytes of a mask, or of a picture that is one of the studio's own. Returns their hash. Rejects with the file system's error. */
export async function keepStart(starts: string, bytes: Uint8Array<ArrayBuffer>, kind: 'picture' | 'mask'): Promise<string> {
  // Not on this thread: large pictures would hold it up.
  const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
  const file = kind === 'picture' ? startPicture(starts, sha256) : startMask(starts, sha256)
  if (existsSync(file)) return sha256
  await mkdir(starts, { recursive: true })
  const pending = join(starts, `.${randomUUID()}.partial`)
  try {
    await writeFile(pending, bytes)
    await rename(pending, file)
  } finally {
    await rm(pending, { force: true })
  }
  return sha256
}

/** The bytes of a mask. Rejects with a FailureError where it is gone. */
export async function readStartMask(starts: string, sha256: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(present(startMask(starts, sha256), 'mask')))
}

function present(file: string, what: 'picture' | 'mask'): string {
  if (existsSync(file)) return file
  throw new FailureError({
    code: 'bad-input',
    field: 'start',
    message:
      what === 'picture'
        ? 'The picture that this one starts from is no longer in the library.'
        : 'The mask that belongs to the picture to start from is no longer in the library.',
    remedy: what === 'picture' ? 'Choose it again, or draw without it.' : 'Paint it again, or draw without it.',
    detail: file,
  })
}
