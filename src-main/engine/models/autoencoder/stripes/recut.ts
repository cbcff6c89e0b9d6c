import type { Tensor } from '../../../ir/tensor'
import type { Buffers } from './buffers'
import { Stream, type Reader } from './stream'
import { withEdges, type Stripe } from './stripe'

/** The same grid in stripes of other heights. */
export function recut(stream: Stream, rows: readonly number[], buffers: Buffers): Stream {
  return rows.join() === stream.rows.join() ? stream : new Recut(stream, rows, buffers)
}

class Recut extends Stream {
  private readonly source: Reader
  private index = 0
  /** The stripe being read and how many of its rows are in stripes already. */
  private current: Tensor<'f32'> | undefined
  private used = 0

  constructor(
    stream: Stream,
    rows: readonly number[],
    private readonly buffers: Buffers,
  ) {
    super(stream.form, rows)
    this.source = stream.reader()
  }

  protected override recycle(part: Stripe['body']): void {
    this.buffers.give(part)
  }

  protected async make(index: number): Promise<readonly Stripe[]> {
    const { side, channels, columns } = this.form
    const rows = this.rows[index] ?? 0
    const planes = side * side * channels
    const body = this.buffers.take([side * side, channels, rows, columns])
    const { data } = body
    for (let filled = 0; filled < rows;) {
      this.current ??= await this.source.body(this.index)
      const available = this.current.shape[2] ?? 0
      const count = Math.min(rows - filled, available - this.used)
      for (let c = 0; c < planes; c++) {
        const from = (c * available + this.used) * columns
        data.set(this.current.data.subarray(from, from + count * columns), (c * rows + filled) * columns)
      }
      filled += count
      this.used += count
      if (this.used < available) continue
      this.source.done(this.index++)
      this.current = undefined
      this.used = 0
    }
    return [withEdges(body, this.edgeRows, this.buffers)]
  }
}
