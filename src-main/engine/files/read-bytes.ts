import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { EngineError } from '../ir/errors'
import { onFile } from './file-error'

/** One read(2) may not exceed 2³¹−1 bytes. */
const LARGEST_READ = 1 << 30

/** Reads exactly `length` bytes at `offset` of an open file. Returns fewer only where the file ends. */
export function readAt(descriptor: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const count = readSync(descriptor, bytes, done, Math.min(length - done, LARGEST_READ), offset + done)
    if (count === 0) return bytes.subarray(0, done)
    done += count
  }
  return bytes
}

/** Opening a pipe would wait for whoever writes into it. Windows knows no such flag. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Opens `path`, lends its descriptor and size to `use`, closes it whatever happens. Throws FileError, or EngineError `file.kind` for devices and pipes. */
export function withFile<T>(path: string, use: (descriptor: number, size: number) => T): T {
  return onFile(path, () => {
    const descriptor = openSync(path, WITHOUT_WAITING)
    try {
      const stat = fstatSync(descriptor)
      if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' })
      if (!stat.isFile()) throw new EngineError('file.kind', `${path} is no file but a device or a pipe.`, 'Name a file.')
      return use(descriptor, stat.size)
    } finally {
      closeSync(descriptor)
    }
  })
}

/** The whole of a file of at most `limit` bytes. Throws FileError, or EngineError `file.too-large`. */
export function readWhole(path: string, limit: number): Uint8Array<ArrayBuffer> {
  return withFile(path, (descriptor, size) => {
    if (size > limit) {
      throw new EngineError(
        'file.too-large',
        `${path} has ${size} bytes; at most ${limit} are read here.`,
        'Check that this is the right file.',
      )
    }
    return readAt(descriptor, 0, size)
  })
}
