import { divDims, evaluateDim, mulDims } from '../../../ir/dim'
import { GraphError } from '../../../ir/errors'
import type { Graph } from '../../../ir/graph'
import type { Tensor } from '../../../ir/tensor'
import type { Value } from '../../../ir/value'
import { plainNet } from '../../../nn/net'
import { sideOf } from '../../../nn/tiles'
import { createBuilder } from '../../../ops/table'
import type { Session } from '../../../runtime/session'
import { operands, operandsIn, type Layer } from './operands'
import type { Sessions } from './sessions'
import { Stream, type Reader } from './stream'
import { nothingBeyond, withEdges, type GridForm, type Stripe } from './stripe'
import { Trace } from './whole'

/** The stream of a layer's results. Layers of grids of one stripe are one graph, made where a reader asks for the last of them. */
export function layer(sessions: Sessions, spec: Layer): Stream {
  const isWhole = spec.inputs.every((input) => input.isWhole) && (spec.pieces ?? 1) === 1
  return isWhole ? new WholeLayer(sessions, spec) : new StripedLayer(sessions, spec)
}

abstract class LayerStream extends Stream {
  protected readonly sources: readonly Reader[]

  constructor(
    protected readonly sessions: Sessions,
    protected readonly spec: Layer,
  ) {
    const built = buildLayer(spec)
    const [first] = spec.inputs
    super(
      built.form,
      (first?.rows ?? []).flatMap((rows) => Array<number>(spec.pieces ?? 1).fill(built.rowsOf(rows))),
    )
    this.sources = spec.inputs.map((input, i) => input.reader(i === 0 ? (spec.sees ?? 0) : 0))
  }

  protected override recycle(part: Stripe['body']): void {
    this.sessions.buffers.give(part)
  }

  /** Memory for stripe `index`. */
  protected room(index: number): Tensor<'f32'> {
    const { side, channels, columns } = this.form
    return this.sessions.buffers.take([side * side, channels, this.rows[index] ?? 0, columns])
  }
}

class StripedLayer extends LayerStream {
  private session: Session | undefined
  private index = 0

  protected async make(made: number): Promise<readonly Stripe[]> {
    this.session ??= await this.sessions.open(buildLayer(this.spec).graph)
    const index = this.index++
    const feeds = await feedsOf(this.spec, this.sources, index)
    const bodies = Array.from({ length: this.spec.pieces ?? 1 }, (_, i) => this.room(made + i))
    await this.session.run(feeds, Object.fromEntries(bodies.map((body, i) => [`body.${i}`, body])))
    for (const reader of this.sources) reader.done(index)
    // Edges are copied here: read in the graph as well, its result would be copied whole for the way out.
    return bodies.map((body) => withEdges(body, this.edgeRows, this.sessions.buffers))
  }
}

class WholeLayer extends LayerStream {
  trace(trace: Trace): Value {
    trace.whenRun(() => {
      for (const reader of this.sources) reader.done(0)
    })
    return this.spec.build(trace.net, operandsIn(trace, this.spec))
  }

  protected async make(): Promise<readonly Stripe[]> {
    const b = createBuilder()
    const trace = new Trace(plainNet(b))
    const graph = b.graph({ body: this.trace(trace) })
    const body = this.room(0)
    await this.sessions.run(graph, await trace.feeds(), { body })
    trace.hasRun()
    return [withEdges(body, this.edgeRows, this.sessions.buffers)]
  }
}

/** What a layer's graph reads of stripe `index` of its inputs. */
export async function feedsOf(
  { inputs, sees = 0, given = {}, prepare }: Layer,
  readers: readonly Reader[],
  index: number,
): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {}
  for (const [name, known] of Object.entries(given)) {
    if ('in' in known) throw new GraphError(`'${name}' is known only where the whole picture is one graph.`)
    feeds[name] = known
  }
  const [seen] = readers
  const [input] = inputs
  if (sees > 0 && seen && input) {
    // The stripe below first: making it may be what makes this one.
    const below = await seen.firstOf(index + 1)
    const above = await seen.lastOf(index - 1)
    feeds['below'] = below ?? nothingBeyond(input.form, sees)
    feeds['above'] = above ?? nothingBeyond(input.form, sees)
    if (prepare) {
      feeds['inside.below'] = presence(below)
      feeds['inside.above'] = presence(above)
    }
  }
  for (const [i, reader] of readers.entries()) feeds[`x.${i}`] = await reader.body(index)
  return feeds
}

/** What rows beyond a stripe are multiplied with: 1, or 0 where the grid ends. */
function presence(edge: unknown): Tensor<'f32'> {
  return { dtype: 'f32', shape: [1], data: Float32Array.of(edge === undefined ? 0 : 1) }
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
