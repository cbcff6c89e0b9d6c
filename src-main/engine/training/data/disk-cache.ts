import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomically } from '../../files/atomic-write'
import { readWhole } from '../../files/read-bytes'
import { f32, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'

/** What an entry was made from: plain data that says all of it, contents by their hashes. */
export type CacheSource = Readonly<Record<string, unknown>>

const LARGEST_JSON = 1 << 24
const FORMAT = 'tim-cache/1'
/** Below the folder, by the first letters of the name. */
const ENTRY = /^[0-9a-f]{2}[\\/][0-9a-f]{64}\.(safetensors|json)$/

/**
 * Results on disk that can be made again, each named by the hash of what it was made from: another content or another setting is another
 * name, so nothing ever has to be declared stale. An entry that is damaged counts as absent.
 */
export class DiskCache {
  /** Files that were read or written here: what a run is at work with is never removed. */
  private readonly used = new Set<string>()

  constructor(readonly folder: string) {}

  /**
   * Removes entries that were not used for longest, until the rest takes at most `limit` bytes; what was used here stays in any case. Says
   * how many bytes are left and how many were removed. What cannot be looked at or removed is left alone.
   */
  trim(limit: number): { readonly bytes: number; readonly removed: number } {
    const entries = this.entries().sort((a, b) => a.usedAt - b.usedAt)
    let bytes = entries.reduce((sum, { size }) => sum + size, 0)
    const before = bytes
    for (const { path, size } of entries) {
      if (bytes <= limit) break
      if (this.used.has(path)) continue
      rmSync(path, { force: true })
      bytes -= size
    }
    return { bytes, removed: before - bytes }
  }

  private entries(): { readonly path: string; readonly size: number; readonly usedAt: number }[] {
    try {
      const names = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      return names
        .filter((name) => ENTRY.test(name))
        .flatMap((name) => {
          const path = join(this.folder, name)
          const { size, atimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {}
          return size === undefined || atimeMs === undefined ? [] : [{ path, size, usedAt: atimeMs }]
        })
    } catch {
      return []
    }
  }

  /** Remembers the use of a file here, and on disk for others. The time of writing stays. */
  private use(path: string): void {
    if (this.used.has(path)) return
    this.used.add(path)
    try {
      utimesSync(path, new Date(), statSync(path).mtime)
    } catch {
      // A file that is gone, or that may not be touched, is no reason to stop.
    }
  }

  /** The entry of a source, or else what `make` makes, which is then kept. Throws what `make` throws, and FileError. */
  async tensor(source: CacheSource, make: () => Promise<Tensor<'f32'>>): Promise<Tensor<'f32'>> {
    const found = this.readTensor(source)
    if (found) return found
    const made = await make()
    const path = this.file(source, 'safetensors')
    await writeSafetensors(path, { value: made }, { metadata: metadataOf(source, made) })
    this.use(path)
    return made
  }

  /** The tensor of a source; undefined where there is none or it is damaged. */
  readTensor(source: CacheSource): Tensor<'f32'> | undefined {
    const path = this.file(source, 'safetensors')
    try {
      const file = openSafetensors(path)
      const { dtype, shape, data } = file.read('value')
      if (dtype !== 'f32' || !(data instanceof Float32Array)) return undefined
      const value = f32(shape, data)
      const wanted = metadataOf(source, value)
      if (Object.entries(wanted).some(([name, text]) => file.metadata[name] !== text)) return undefined
      this.use(path)
      return value
    } catch {
      return undefined
    }
  }

  /** As `tensor`, for plain data that `schema` reads. */
  async json<T>(source: CacheSource, schema: z.ZodType<T>, make: () => Promise<T>): Promise<T> {
    const path = this.file(source, 'json')
    const found = readJson(path, schema)
    const value = found ?? (await make())
    if (found === undefined) await writeFileAtomically(path, JSON.stringify(value))
    this.use(path)
    return value
  }

  private file(source: CacheSource, ending: string): string {
    const key = keyOf(source)
    return join(this.folder, key.slice(0, 2), `${key}.${ending}`)
  }
}

function keyOf(source: CacheSource): string {
  const sorted = Object.fromEntries(Object.entries(source).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

/** Who an entry is, and a checksum of its numbers: .safetensors notices a short file, no flipped bits. */
function metadataOf(source: CacheSource, { data }: Tensor<'f32'>): Record<string, string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { format: FORMAT, key: keyOf(source), sha256: createHash('sha256').update(bytes).digest('hex') }
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(readWhole(path, LARGEST_JSON)))).data
  } catch {
    return undefined
  }
}
