import { createHash } from 'node:crypto'
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

/**
 * Results on disk that can be made again, each named by the hash of what it was made from: another content or another setting is another
 * name, so nothing ever has to be declared stale. An entry that is damaged counts as absent.
 */
export class DiskCache {
  constructor(readonly folder: string) {}

  /** The entry of a source, or else what `make` makes, which is then kept. Throws what `make` throws, and FileError. */
  async tensor(source: CacheSource, make: () => Promise<Tensor<'f32'>>): Promise<Tensor<'f32'>> {
    const found = this.readTensor(source)
    if (found) return found
    const made = await make()
    await writeSafetensors(this.file(source, 'safetensors'), { value: made }, { metadata: metadataOf(source, made) })
    return made
  }

  /** The tensor of a source; undefined where there is none or it is damaged. */
  readTensor(source: CacheSource): Tensor<'f32'> | undefined {
    try {
      const file = openSafetensors(this.file(source, 'safetensors'))
      const { dtype, shape, data } = file.read('value')
      if (dtype !== 'f32' || !(data instanceof Float32Array)) return undefined
      const value = f32(shape, data)
      const wanted = metadataOf(source, value)
      return Object.entries(wanted).every(([name, text]) => file.metadata[name] === text) ? value : undefined
    } catch {
      return undefined
    }
  }

  /** As `tensor`, for plain data that `schema` reads. */
  async json<T>(source: CacheSource, schema: z.ZodType<T>, make: () => Promise<T>): Promise<T> {
    const path = this.file(source, 'json')
    const found = readJson(path, schema)
    if (found !== undefined) return found
    const made = await make()
    await writeFileAtomically(path, JSON.stringify(made))
    return made
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
