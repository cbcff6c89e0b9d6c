import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { EngineError } from '../ir/errors'
import { onFile } from './file-error'

/** Bytes that may still be written below a folder, which need not exist yet. Throws FileError. */
export function freeSpace(folder: string): number {
  const known = existsSync(folder) || dirname(folder) === folder
  if (!known) return freeSpace(dirname(folder))
  const { bavail, bsize } = onFile(folder, () => statfsSync(folder))
  return bavail * bsize
}

/** Throws EngineError `file.disk-full` where `bytes` do not fit below a folder. */
export function requireSpace(folder: string, bytes: number): void {
  const free = freeSpace(folder)
  if (bytes <= free) return
  const [needed, has] = [bytes, free].map((count) => `${(count / 1e9).toFixed(2)} GB`)
  throw new EngineError(
    'file.disk-full',
    `${needed} are needed in ${folder}, whose disk has ${has} free.`,
    'Free some space, or choose a data folder on another disk (TIM_HOME).',
  )
}
