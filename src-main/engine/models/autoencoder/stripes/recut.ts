import type { Tensor } from '../../../ir/tensor'
import { Stream, type Reader } from './stream'
import type { Stripe } from './stripe'

/** The same grid in stripes of other heights. Grids without tiles only; nobody may look beyond such a stripe. */
export function recut(stream: Stream, rows: readonly number[]): Stream {
  return rows.join() === stream.rows.join() ? stream : new Recut(stream, rows)
}

class Recut extends Stream {
  private readonly source: Reader
  private index = 0
  /** The stripe being read and how many of its rows were taken. */
  private body: Tensor<'f32'> | undefined
  private taken = 0

  constructor(stream: Stream, rows: readonly number[]) {
    super(stream.form, rows)
    this.source = stream.reader()
  }

  protected async make(index: number): Promise<readonly Stripe[]> {
    const { channels, columns } = this.form
    const rows = this.rows[index] ?? 0
    const data = new Float32Array(channels * rows * columns)
    for (let filled = 0; filled < rows;) {
      this.body ??= await this.source.body(this.index)
      const available = this.body.shape[2] ?? 0
      const count = Math.min(rows - filled, available - this.taken)
      for (let c = 0; c < channels; c++) {
        const from = (c * available + this.taken) * columns
        data.set(this.body.data.subarray(from, from + count * columns), (c * rows + filled) * columns)
      }
      filled += count
      this.taken += count
      if (this.taken < available) continue
      this.source.done(this.index++)
      this.body = undefined
      this.taken = 0
    }
    return [{ body: { dtype: 'f32', shape: [1, channels, rows, columns], data } }]
  }
}
