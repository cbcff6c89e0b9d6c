import type { GridForm, Stripe } from './stripe'

/**
 * A grid that is made stripe by stripe, from above to below, and never exists whole. Whoever reads it says when a stripe is done
 * with; its memory goes when all readers have said so. Readers that look beyond a stripe's ends ask for `edgeRows`.
 */
export abstract class Stream {
  private readonly readers: Reader[] = []
  private readonly kept = new Map<number, Partial<Stripe>>()
  private readonly taken = new Set<number>()
  private made = 0
  private freed = 0
  private mostEdgeRows = 0

  protected constructor(
    readonly form: GridForm,
    /** Rows of tiles of each stripe. */
    readonly rows: readonly number[],
  ) {}

  /** A new reader. All must be there before the first stripe is made. */
  reader(edgeRows = 0): Reader {
    const reader = new Reader(this)
    this.readers.push(reader)
    this.mostEdgeRows = Math.max(this.mostEdgeRows, edgeRows)
    return reader
  }

  /** Whether its grid is one stripe. */
  get isWhole(): boolean {
    return this.rows.length === 1
  }

  /** Whether some of it was made already. */
  get isMade(): boolean {
    return this.made > 0
  }

  /** Rows of cells beyond a stripe that some reader sees. */
  get edgeRows(): number {
    return this.mostEdgeRows
  }

  /** Makes the stripe number `index`, perhaps with some that follow. */
  protected abstract make(index: number): Promise<readonly Stripe[]>

  /** Hears of a stripe, or the rows at its end, that all readers are done with. */
  protected recycle(_part: Stripe['body']): void {
    // Most leave it to the garbage collector.
  }

  /** Makes a grid of one stripe now: what comes after it is another graph, and the weights of this one are not needed any more. */
  async settle(): Promise<void> {
    if (this.isWhole) await this.at(0)
  }

  /** Stripe `index` for good: it is not recycled when its readers are done with it. */
  async take(index: number): Promise<Stripe> {
    const { body, ...edges } = await this.at(index)
    if (!body) throw new RangeError(`Stripe ${index} was given up by all its readers.`)
    this.taken.add(index)
    return { body, ...edges }
  }

  /** Stripe `index`, made now if it was not yet. */
  async at(index: number): Promise<Partial<Stripe>> {
    while (this.made <= index) {
      for (const stripe of await this.make(this.made)) this.kept.set(this.made++, stripe)
      this.forget()
    }
    const stripe = this.kept.get(index)
    if (!stripe) throw new RangeError(`Stripe ${index} was given up by all its readers.`)
    return stripe
  }

  /** Gives up the stripes that no reader comes back to; of the last one its lower edge stays, which the next stripe needs. */
  forget(): void {
    if (this.readers.length === 0) return
    const needed = Math.min(...this.readers.map(({ next }) => next))
    for (; this.freed < needed; this.freed++) {
      const before = this.kept.get(this.freed - 1)
      this.kept.delete(this.freed - 1)
      const { body, first, last } = this.kept.get(this.freed) ?? {}
      const isTaken = this.taken.delete(this.freed)
      const unused = isTaken ? [before?.last] : [before?.last, body, first]
      for (const part of unused) if (part) this.recycle(part)
      this.kept.set(this.freed, last && !isTaken ? { last } : {})
    }
  }
}

/** One reader's place in a stream. */
export class Reader {
  /** The first stripe that it is not done with. */
  next = 0

  constructor(private readonly stream: Stream) {}

  async body(index: number): Promise<NonNullable<Stripe['body']>> {
    return present((await this.stream.at(index)).body)
  }

  /** The uppermost rows of stripe `index`; undefined below the grid's end. */
  async firstOf(index: number): Promise<Stripe['first']> {
    return index < this.stream.rows.length ? present((await this.stream.at(index)).first) : undefined
  }

  /** The lowest rows of stripe `index`; undefined above the grid's beginning. */
  async lastOf(index: number): Promise<Stripe['last']> {
    return index >= 0 ? present((await this.stream.at(index)).last) : undefined
  }

  /** This reader has finished with stripe `index`, but for its lower edge. */
  done(index: number): void {
    this.next = index + 1
    this.stream.forget()
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new RangeError('A part of a stripe is read that nobody had asked for or that was given up.')
  return part
}
