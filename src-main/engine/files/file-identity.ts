import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { writeFileAtomically } from './atomic-write'
import { onFile, onFileAsync } from './file-error'
import { readWhole } from './read-bytes'

/** Which content a path had when it was looked at, as far as that can be told without reading it. */
export interface FileIdentity {
  readonly size: number
  /** Nanoseconds since 1970, as text: they exceed 2⁵³. */
  readonly modified: string
  readonly inode: string
}

/** Looks at a file. Throws FileError. */
export function identify(path: string): FileIdentity {
  const stat = onFile(path, () => statSync(path, { bigint: true }))
  return { size: Number(stat.size), modified: String(stat.mtimeNs), inode: String(stat.ino) }
}

/** Whether a file is still the one that was looked at; false where it is gone. */
export function isUnchanged(path: string, identity: FileIdentity): boolean {
  try {
    return sameIdentity(identify(path), identity)
  } catch {
    return false
  }
}

function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.modified === b.modified && a.inode === b.inode
}

export interface ReadingWishes {
  readonly signal?: AbortSignal | undefined
  /** Bytes read so far. */
  readonly onProgress?: (done: number) => void
}

/** sha256 of a file's content, 64 hexadecimal digits. Throws FileError, or the signal's reason. */
export async function sha256Of(path: string, { signal, onProgress }: ReadingWishes = {}): Promise<string> {
  return onFileAsync(path, async () => {
    const hash = createHash('sha256')
    let done = 0
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
      signal?.throwIfAborted()
      hash.update(part as Buffer)
      done += (part as Buffer).length
      onProgress?.(done)
    }
    return hash.digest('hex')
  })
}

interface Remembered extends FileIdentity {
  readonly sha256: string
}

/** Checksums of large files, computed once for each content and remembered between runs in a small JSON file. */
export class HashCache {
  private readonly known: Map<string, Remembered>

  /** `path` is where to remember; it need not exist, and a damaged one is begun anew. */
  constructor(private readonly path: string) {
    this.known = readKnown(path)
  }

  /** sha256 of a file, from memory while its size, time and inode are those of before. Throws FileError. */
  async sha256(file: string, wishes?: ReadingWishes): Promise<string> {
    const identity = identify(file)
    const known = this.known.get(file)
    if (known && sameIdentity(known, identity)) return known.sha256
    const sha256 = await sha256Of(file, wishes)
    // A file that changed while it was read is not remembered.
    if (isUnchanged(file, identity)) this.known.set(file, { ...identity, sha256 })
    return sha256
  }

  /** Writes what is known. Throws FileError. */
  async save(): Promise<void> {
    await writeFileAtomically(this.path, JSON.stringify(Object.fromEntries(this.known), undefined, 1))
  }
}

const LARGEST_CACHE = 16 * 1024 * 1024

function readKnown(path: string): Map<string, Remembered> {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(readWhole(path, LARGEST_CACHE)))
    return new Map(Object.entries(data as object).filter((entry): entry is [string, Remembered] => isRemembered(entry[1])))
  } catch {
    return new Map()
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false
  const { size, modified, inode, sha256 } = value as Partial<Remembered>
  return (
    typeof size === 'number' && typeof modified === 'string' && typeof inode === 'string' && /^[0-9a-f]{64}$/.test(sha256 ?? '')
  )
}
