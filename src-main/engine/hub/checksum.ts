import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { PlannedFile } from '#shared/schema/download'
import { onFileAsync } from '../files/file-error'

/**
 * Whether a file on disk is the one that was planned: its sha256, or for small files the name that git gives to their content
 * (the sha1 of "blob SIZE\0" and the content). `onBytes` hears of what was read. Throws FileError, or the signal's reason.
 */
export async function matches(
  file: string,
  { bytes, checksum }: Pick<PlannedFile, 'bytes' | 'checksum'>,
  signal?: AbortSignal,
  onBytes: (count: number) => void = () => undefined,
): Promise<boolean> {
  return onFileAsync(file, async () => {
    const hash = checksum.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`)
    let size = 0
    // A stream that is given the signal would end with an error of its own instead of the signal's reason.
    for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
      signal?.throwIfAborted()
      hash.update(part as Buffer)
      size += (part as Buffer).length
      onBytes((part as Buffer).length)
    }
    return size === bytes && hash.digest('hex') === checksum.hex
  })
}
