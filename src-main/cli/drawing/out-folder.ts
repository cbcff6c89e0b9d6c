import { accessSync, constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Generation } from '#shared/schema/generation'
import { FileError, onFile } from '../../engine/files/file-error'
import type { Made } from './draw'

/** The folder that pictures are copied to: made where it is missing, found unwritable before anything is drawn. Throws FileError. */
export function prepareOut(folder: string): string {
  const path = resolve(folder)
  onFile(path, () => {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
  })
  if (!statSync(path).isDirectory()) throw new FileError(path, Object.assign(new Error('no folder'), { code: 'ENOTDIR' }))
  return path
}

/** Copies a picture, and the files of its steps, into a folder under names that a person can read. Throws FileError. */
export function copyOut(
  folder: string,
  { generation, file, frames }: Made,
  withTrajectory: boolean,
): { file: string; trajectory: string[] } {
  const stem = freeName(folder, nameOf(generation))
  const target = join(folder, `${stem}.png`)
  copyWhole(file, target)
  if (!withTrajectory) return { file: target, trajectory: [] }
  const steps = join(folder, `${stem}-steps`)
  onFile(steps, () => mkdirSync(steps, { recursive: true }))
  const trajectory = frames.map((frame, i) => {
    const index = String(generation.frames[i]?.index ?? i).padStart(4, '0')
    const step = join(steps, `${index}.png`)
    copyWhole(frame, step)
    return step
  })
  return { file: target, trajectory }
}

/** The words of the prompt, seed and index: "a-red-apple-7-0". */
function nameOf({ recipe }: Generation): string {
  const words = recipe.classId === undefined ? recipe.prompt : `class ${recipe.classId}`
  const slug = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return `${slug || 'picture'}-${recipe.seed}-${recipe.imageIndex}`
}

/** `name`, or with a number behind it where that is taken: nothing is ever overwritten. */
function freeName(folder: string, name: string): string {
  const taken = (stem: string): boolean => statSync(join(folder, `${stem}.png`), { throwIfNoEntry: false }) !== undefined
  for (let i = 1; ; i++) {
    const stem = i === 1 ? name : `${name}-${i}`
    if (!taken(stem)) return stem
  }
}

/** A copy that has its name only once it is whole. */
function copyWhole(from: string, to: string): void {
  const pending = `${to}.partial`
  onFile(to, () => {
    try {
      copyFileSync(from, pending)
      renameSync(pending, to)
    } finally {
      rmSync(pending, { force: true })
    }
  })
}
