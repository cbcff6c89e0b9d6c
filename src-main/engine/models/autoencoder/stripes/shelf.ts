import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onFile } from '../../../files/file-error'
import type { Tensor } from '../../../ir/tensor'
import type { Buffers } from './buffers'
import type { Stripe } from './stripe'

/** Where the stripes of grids that exist whole are kept until they are read. */
export interface Shelf {
  /** Throws FileError where a disk does not take it. */
  keep(stripe: Stripe): KeptStripe
  close(): void
}

export interface KeptStripe {
  /** The stripe; it may be asked for again. Throws FileError. */
  get(): Stripe
  /** Whether `get` gives memory that the reader may give away. */
  readonly isCopied: boolean
  /** Nobody asks for it any more. */
  drop(): void
}

export const inMemory: Shelf = {
  keep: (stripe) => ({ get: () => stripe, isCopied: false, drop: () => undefined }),
  close: () => undefined,
}

/** Node's writeSync and readSync: how many bytes were moved. */
type Move = (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => number

/** Parts of a stripe in the order in which they lie in the file. */
const PARTS = ['body', 'first', 'last'] as const

/** A temporary file, for pictures whose grids are larger than memory. It is as large as all grids that exist at a time. */
export class FileShelf implements Shelf {
  private readonly folder: string
  private readonly file: number
  /** Places that are free again, by their length. */
  private readonly free = new Map<number, number[]>()
  private end = 0

  constructor(
    private readonly buffers: Buffers,
    within = tmpdir(),
  ) {
    this.folder = onFile(within, () => mkdtempSync(join(within, 'tim-grids-')))
    const path = join(this.folder, 'grids.f32')
    this.file = onFile(path, () => openSync(path, 'w+'))
  }

  keep(stripe: Stripe): KeptStripe {
    const parts = PARTS.flatMap((name) => (stripe[name] ? [{ name, shape: stripe[name].shape, data: stripe[name].data }] : []))
    const length = parts.reduce((sum, { data }) => sum + data.byteLength, 0)
    const at = this.place(length)
    parts.reduce((from, { data }) => from + this.transfer(writeSync, data, from), at)
    // Their memory is that of the stripes to come.
    for (const name of PARTS) if (stripe[name]) this.buffers.give(stripe[name])
    const shapes = parts.map(({ name, shape }) => ({ name, shape }))
    return {
      get: () => this.read(shapes, at),
      isCopied: true,
      drop: () => {
        this.free.set(length, [...(this.free.get(length) ?? []), at])
      },
    }
  }

  close(): void {
    closeSync(this.file)
    rmSync(this.folder, { recursive: true, force: true })
  }

  private read(shapes: readonly { name: (typeof PARTS)[number]; shape: readonly number[] }[], at: number): Stripe {
    const parts: Partial<Record<(typeof PARTS)[number], Tensor<'f32'>>> = {}
    shapes.reduce((from, { name, shape }) => {
      const part = this.buffers.take(shape)
      parts[name] = part
      return from + this.transfer(readSync, part.data, from)
    }, at)
    const { body, ...edges } = parts
    if (!body) throw new RangeError('A stripe has a body.')
    return { body, ...edges }
  }

  private place(length: number): number {
    const again = this.free.get(length)?.pop()
    if (again !== undefined) return again
    const at = this.end
    this.end += length
    return at
  }

  /** Reads or writes all of `data`; how many bytes. */
  private transfer(move: Move, data: Float32Array, at: number): number {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    onFile(join(this.folder, 'grids.f32'), () => {
      for (let done = 0; done < bytes.length;) done += move(this.file, bytes, done, bytes.length - done, at + done)
    })
    return bytes.length
  }
}
