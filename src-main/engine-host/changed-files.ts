import { statSync } from 'node:fs'
import type { MappedFile } from '#shared/engine/protocol'

/** Signals that end a process for what it did itself: SIGBUS comes from reading a mapped file beyond its end. */
const OWN_DOING = ['SIGBUS', 'SIGSEGV', 'SIGABRT']

/** Whether an end may be that of a process whose mapped file shrank. Where only a code is known, it may. */
export function endsLikeChange(how: string): boolean {
  const [, signal] = /^signal (\w+)$/.exec(how) ?? []
  return signal === undefined || OWN_DOING.includes(signal)
}

/** The first of these files that is not what it was: its size, time or inode differs, or it is gone. */
export function changedAmong(files: readonly MappedFile[]): string | undefined {
  return files.find((file) => !isUnchanged(file))?.path
}

function isUnchanged({ path, size, modified, inode }: MappedFile): boolean {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat !== undefined && Number(stat.size) === size && String(stat.mtimeNs) === modified && String(stat.ino) === inode
}
