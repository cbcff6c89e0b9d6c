import type { Tensor } from '../../../ir/tensor'
import type { Buffers } from './buffers'
import type { Sessions } from './sessions'
import { inMemory, type KeptStripe } from './shelf'
import { Stream } from './stream'
import type { GridForm, Stripe } from './stripe'
import type { Whole } from './whole'

/** A grid that exists whole, though in stripes, so that no tensor grows with the picture. */
export class Grid implements Whole {
  constructor(
    readonly form: GridForm,
    readonly rows: readonly number[],
    private stripes: (KeptStripe | undefined)[],
    /** Where the memory of its stripes goes. */
    private readonly buffers?: Buffers,
  ) {}

  read(): Stream {
    return new Held(this.form, this.rows, [...this.stripes], false, this.buffers)
  }

  /** Reads the grid for the last time: what its readers are done with is freed. */
  spend(): Stream {
    const stripes = this.stripes
    this.stripes = []
    return new Held(this.form, this.rows, stripes, true, this.buffers)
  }
}

class Held extends Stream {
  /** Whether memory of stripes goes when readers are done with them. */
  private recycles = false

  constructor(
    form: GridForm,
    rows: readonly number[],
    private readonly stripes: (KeptStripe | undefined)[],
    private readonly isLast: boolean,
    private readonly buffers?: Buffers,
  ) {
    super(form, rows)
  }

  protected override recycle(part: Stripe['body']): void {
    if (this.recycles) this.buffers?.give(part)
  }

  protected make(index: number): Promise<readonly Stripe[]> {
    const kept = this.stripes[index]
    this.stripes[index] = undefined
    if (!kept) throw new RangeError('A grid was read after it was spent.')
    this.recycles = kept.isCopied || this.isLast
    const stripe = kept.get()
    if (this.isLast) kept.drop()
    return Promise.resolve([stripe])
  }
}

/** Makes a stream whole, unless its layers are one graph anyway. */
export async function collect(stream: Stream, { shelf, buffers }: Sessions): Promise<Whole> {
  if (stream.isWhole) return inGraph(stream)
  const reader = stream.reader()
  const stripes: KeptStripe[] = []
  for (const index of stream.rows.keys()) {
    stripes.push(shelf.keep(await stream.take(index)))
    reader.done(index)
  }
  return new Grid(stream.form, stream.rows, stripes, buffers)
}

/** A grid of one stripe, which all its readers find in their graph. */
export function inGraph(stream: Stream): Whole {
  return { form: stream.form, rows: stream.rows, read: () => stream, spend: () => stream }
}

/** A grid without tiles, (1,C,H,W), cut into stripes of `rows`, each with `edgeRows` at its ends. */
export function cutGrid(whole: Tensor<'f32'>, rows: readonly number[], edgeRows: number): Grid {
  const [, channels = 1, , columns = 1] = whole.shape
  let from = 0
  const stripes = rows.map((count): Stripe => {
    const start = from
    from += count
    return {
      body: rowsOf(whole, start, count),
      first: rowsOf(whole, start, edgeRows),
      last: rowsOf(whole, from - edgeRows, edgeRows),
    }
  })
  return new Grid(
    { side: 1, channels, columns },
    rows,
    stripes.map((stripe) => inMemory.keep(stripe)),
  )
}

/** Rows [from, from + count) of (1,C,H,W); zeros where they lie beyond it. */
function rowsOf(whole: Tensor<'f32'>, from: number, count: number): Tensor<'f32'> {
  const [, channels = 1, height = 1, width = 1] = whole.shape
  const data = new Float32Array(channels * count * width)
  const [start, end] = [Math.max(0, from), Math.min(height, from + count)]
  for (let c = 0; c < channels; c++) {
    const plane = c * height * width
    data.set(whole.data.subarray(plane + start * width, plane + end * width), (c * count + start - from) * width)
  }
  return { dtype: 'f32', shape: [1, channels, count, width], data }
}
