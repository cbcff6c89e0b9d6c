import type { Tensor } from '../../../ir/tensor'
import type { Value } from '../../../ir/value'
import type { Net } from '../../../nn/net'
import type { Stream } from './stream'

/**
 * Grids of one stripe need no sessions between their layers: what is made of them is one graph. Layers then only say how they
 * append themselves to it (`Traceable`), and what sums up a whole picture is a value in it (`Derived`).
 */
export interface Traceable extends Stream {
  trace(trace: Trace): Value
}

/** What layers know of a whole picture, as a value of their own graph. */
export interface Derived {
  readonly shape: readonly number[]
  readonly in: (trace: Trace) => Value
}

/** What is known of a whole picture: numbers, or how a graph that has the picture makes them. */
export type Known = Tensor<'f32'> | Derived

/** A grid that can be read more than once. */
export interface Whole {
  readonly form: Stream['form']
  readonly rows: readonly number[]
  /** Reads the grid; it stays. */
  read(): Stream
  /** Reads the grid for the last time. */
  spend(): Stream
}

/** A graph being made of several layers. Each part of it is made once. */
export class Trace {
  private readonly made = new Map<object, Value>()
  private readonly inputs: (() => Promise<Tensor>)[] = []
  private readonly finished: (() => void)[] = []

  constructor(readonly net: Net) {}

  /** The only stripe of a stream: what its layer makes here, or an input where it exists already. */
  of(stream: Stream): Value {
    return this.once(stream, () => {
      if (isTraceable(stream)) return stream.trace(this)
      const [rows = 1] = stream.rows
      const { side, channels, columns } = stream.form
      return this.input([side * side, channels, rows, columns], async () => {
        const { body } = await stream.at(0)
        if (!body) throw new RangeError('A grid was read after it was given up.')
        return body
      })
    })
  }

  known(known: Known): Value {
    if ('in' in known) return this.once(known, () => known.in(this))
    return this.once(known, () => this.input(known.shape, () => Promise.resolve(known)))
  }

  /** What `make` makes, at its first call for `key`. */
  once(key: object, make: () => Value): Value {
    const found = this.made.get(key)
    if (found) return found
    const value = make()
    this.made.set(key, value)
    return value
  }

  /** `then` is called when the graph has run. */
  whenRun(then: () => void): void {
    this.finished.push(then)
  }

  /** What the graph reads. */
  async feeds(): Promise<Record<string, Tensor>> {
    const feeds: Record<string, Tensor> = {}
    for (const [i, read] of this.inputs.entries()) feeds[`whole.${i}`] = await read()
    return feeds
  }

  hasRun(): void {
    for (const then of this.finished) then()
  }

  private input(shape: readonly number[], read: () => Promise<Tensor>): Value {
    const value = this.net.b.input(`whole.${this.inputs.length}`, 'f32', shape)
    this.inputs.push(read)
    return value
  }
}

/** Whether nothing of a stream was made yet and a graph can make it. */
function isTraceable(stream: Stream): stream is Traceable {
  return 'trace' in stream && !stream.isMade
}
