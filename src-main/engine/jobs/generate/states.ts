import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onFileAsync, systemCode } from '../../files/file-error'
import { f16ToF32, f32ToF16 } from '../../ir/half'

/**
 * A state of a path as it is kept, and as it is gone on from: f16. Whoever computes it again rounds it alike, so that it makes no
 * difference whether it was still there.
 */
export interface PathPoint {
  /** x_t, rounded to f16. */
  readonly xt: Float32Array
  /** Of its bytes. */
  readonly sha256: string
}

const bytesOf = (halves: Uint16Array): Uint8Array => new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength)

const pointOf = (halves: Uint16Array): PathPoint => ({
  xt: f16ToF32(halves),
  sha256: createHash('sha256').update(bytesOf(halves)).digest('hex'),
})

/** x_t as a point that can be gone on from. */
export function pathPoint(xt: Float32Array): PathPoint {
  return pointOf(f32ToF16(xt))
}

/** Writes the state after step `index` into a folder, `<index>.f16`: numbers in little-endian f16, nothing else. Throws FileError. */
export async function saveState(folder: string, index: number, xt: Float32Array): Promise<void> {
  const file = join(folder, `${index}.f16`)
  const bytes = bytesOf(f32ToF16(xt))
  await onFileAsync(file, async () => {
    // Not flushed: what a power cut takes can be computed again.
    await writeFile(file, bytes).catch(async (error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
      await mkdir(folder, { recursive: true })
      await writeFile(file, bytes)
    })
  })
}

/** The state of `length` numbers in a file; undefined where it is gone or was cut short. */
export async function readState(file: string, length: number): Promise<PathPoint | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes?.length !== length * Uint16Array.BYTES_PER_ELEMENT) return undefined
  return pointOf(new Uint16Array(new Uint8Array(bytes).buffer))
}

/** Writes a file of a folder that is made when it is not there yet. Throws the system's error. */
export function writeInto(folder: string, file: string, content: Uint8Array): void {
  try {
    writeFileSync(file, content)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, content)
  }
}
