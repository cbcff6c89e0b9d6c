import { divDims, evaluateDim, mulDims } from '../../../ir/dim'
import { GraphError } from '../../../ir/errors'
import type { Graph } from '../../../ir/graph'
import type { Tensor } from '../../../ir/tensor'
import type { Value } from '../../../ir/value'
import { plainNet, type Net } from '../../../nn/net'
import { sideOf, type Edges } from '../../../nn/tiles'
import { createBuilder } from '../../../ops/table'
import type { Session } from '../../../runtime/session'
import type { Sessions } from './sessions'
import { Stream, type Reader } from './stream'
import { edgeOf, nothingBeyond, type GridForm, type Stripe } from './stripe'

/** A layer that makes each stripe of its result from the same stripe of its inputs and the rows next to it. */
export interface Layer {
  /** All cut alike. */
  readonly inputs: readonly Stream[]
  /** Rows of cells of the first input that it sees beyond the stripe. */
  readonly sees?: number
  /** What is known of the whole picture, by name. */
  readonly given?: Readonly<Record<string, Tensor<'f32'>>>
  /** The number of rows of a stripe must be a multiple of it. Default 1. */
  readonly multiple?: number
  /** Stripes that it makes of one. */
  readonly pieces?: number
  /** Shape: (s²,C,r,T) → (s'²,C',r',T'). */
  readonly build: (net: Net, stripe: Operands) => Value
}

/** What a layer makes a stripe from. */
export interface Operands {
  /** The stripe of the first input, (s²,C,r,T), and the rows next to it, (s,C,sees,T). */
  readonly x: Value
  readonly edges: Edges
  /** The stripe of the second input; without one, of the first. */
  readonly also: Value
  /** What is known of the whole picture. */
  readonly given: (name: string) => Value
}

/** The stream of a layer's results. */
export function layer(sessions: Sessions, spec: Layer): Stream {
  return new LayerStream(sessions, spec)
}

class LayerStream extends Stream {
  private readonly sources: readonly Reader[]
  private session: Session | undefined
  private index = 0

  constructor(
    private readonly sessions: Sessions,
    private readonly spec: Layer,
  ) {
    const built = buildLayer(spec)
    const [first] = spec.inputs
    super(
      built.form,
      (first?.rows ?? []).flatMap((rows) => Array<number>(spec.pieces ?? 1).fill(built.rowsOf(rows))),
    )
    this.sources = spec.inputs.map((input, i) => input.reader(i === 0 ? (spec.sees ?? 0) : 0))
  }

  protected async make(): Promise<readonly Stripe[]> {
    this.session ??= await this.sessions.open(buildLayer(this.spec).graph)
    const index = this.index++
    const feeds = await feedsOf(this.spec, this.sources, index)
    const made = (await this.session.run(feeds)) as Record<string, Tensor<'f32'>>
    for (const reader of this.sources) reader.done(index)
    return Array.from({ length: this.spec.pieces ?? 1 }, (_, i) => stripeOf(made[`body.${i}`], this.edgeRows))
  }
}

/** A stripe with its edges. They are copied here: read in the graph as well, its result would be copied whole for the way out. */
function stripeOf(body: Tensor<'f32'> | undefined, edgeRows: number): Stripe {
  if (!body) throw new TypeError('a layer gives its stripe')
  if (edgeRows === 0) return { body }
  return { body, first: edgeOf(body, 'first', edgeRows), last: edgeOf(body, 'last', edgeRows) }
}

/** What a layer's graph reads of stripe `index` of its inputs. */
export async function feedsOf(
  { inputs, sees = 0, given = {} }: Layer,
  readers: readonly Reader[],
  index: number,
): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = { ...given }
  const [seen] = readers
  const [input] = inputs
  if (sees > 0 && seen && input) {
    // The stripe below first: making it may be what makes this one.
    feeds['below'] = (await seen.firstOf(index + 1)) ?? nothingBeyond(input.form, sees)
    feeds['above'] = (await seen.lastOf(index - 1)) ?? nothingBeyond(input.form, sees)
  }
  for (const [i, reader] of readers.entries()) feeds[`x.${i}`] = await reader.body(index)
  return feeds
}

interface Built {
  readonly graph: Graph
  readonly form: GridForm
  /** Rows of tiles of each piece, from those of a stripe of the input. */
  readonly rowsOf: (rows: number) => number
}

function buildLayer(spec: Layer): Built {
  const { pieces = 1, multiple = 1 } = spec
  const b = createBuilder()
  const net = plainNet(b)
  const y = spec.build(net, operands(net, spec))
  const [, channels, , columns] = y.shape.map(Number)
  const rows = divDims(y.shape[2] ?? 0, pieces)
  if (rows === undefined) throw new GraphError(`A stripe of ${y.shape[2]} rows cannot be cut into ${pieces}.`)
  const outputs: Record<string, Value> = {}
  for (let i = 0; i < pieces; i++) {
    outputs[`body.${i}`] = pieces === 1 ? y : b.slice(y, 2, mulDims(rows, i), mulDims(rows, i + 1))
  }
  return {
    graph: b.graph(outputs),
    form: { side: sideOf(y), channels: channels ?? 0, columns: columns ?? 0 },
    rowsOf: (given) => evaluateDim(rows, { r: given / multiple }),
  }
}

/** Declares the inputs of a layer's graph. */
export function operands({ b }: Net, { inputs, sees = 0, given = {}, multiple = 1 }: Layer): Operands {
  const cells = inputs.map(({ form: { side, channels, columns } }, i) =>
    b.input(`x.${i}`, 'f32', [side * side, channels, mulDims('r', multiple), columns]),
  )
  const [x, also = x] = cells
  const [input] = inputs
  if (!x || !also || !input) throw new GraphError('A layer has an input.')
  const { side, channels, columns } = input.form
  const edge = (name: string): Value => {
    const shape = [side, channels, sees, columns]
    return sees > 0 ? b.input(name, 'f32', shape) : b.zero({ dtype: 'f32', shape })
  }
  const known = new Map(Object.entries(given).map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]))
  return {
    x,
    also,
    edges: { above: edge('above'), below: edge('below') },
    given: (name) => {
      const value = known.get(name)
      if (!value) throw new GraphError(`Nothing is known of '${name}'.`)
      return value
    },
  }
}
