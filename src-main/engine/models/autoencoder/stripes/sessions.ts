import { createHash } from 'node:crypto'
import type { Graph } from '../../../ir/graph'
import { zeros, type Tensor } from '../../../ir/tensor'
import { encodeOnnx } from '../../../onnx/encode'
import { hoistWeights } from '../../../passes/hoist-weights'
import { openSession, type Session, type SessionOptions } from '../../../runtime/session'
import { bindWeights } from '../../../weights/bind'
import type { WeightSource } from '../../../weights/tensor-ref'
import { Buffers } from './buffers'
import { inMemory, type Shelf } from './shelf'

/** Opens the sessions of a decoding, one for each graph, and closes them together: at once, or when no more pictures come. */
export class Sessions {
  private readonly opened = new Map<string, Session>()
  /** What weights alone decide, by graph. */
  private readonly decided = new Map<string, Readonly<Record<string, Tensor>>>()
  /** Memory of stripes. */
  readonly buffers = new Buffers()
  /** Where grids that exist whole are kept. */
  shelf: Shelf = inMemory
  /** Whether layers stay open when they are done with a picture; otherwise their weights are in memory only while they work. */
  keeps = false
  /** Pictures that were decoded. */
  pictures = 0

  constructor(
    private readonly weights: WeightSource,
    private readonly options: SessionOptions,
  ) {}

  /**
   * The session of a graph; what its weights alone decide is computed now. Throws WeightsError naming a key that is missing,
   * EngineError where the provider refuses the graph.
   */
  async open(graph: Graph): Promise<Session> {
    const key = keyOf(graph)
    const known = this.opened.get(key)
    if (known) return known
    const session = await this.start(key, graph)
    this.opened.set(key, session)
    return session
  }

  /**
   * Runs a graph of many layers once. Its session is closed at once, kept or not: opening it again costs little, and what it maps of the
   * weights' file would count as memory. Throws as `open`.
   */
  async run(graph: Graph, feeds: Readonly<Record<string, Tensor>>, into: Readonly<Record<string, Tensor>>): Promise<void> {
    const session = await this.start(keyOf(graph), graph)
    try {
      await session.run(feeds, into)
    } finally {
      await session.release()
      if (!this.keeps) this.decided.clear()
    }
  }

  /** Layers that were opened are done with the picture. */
  async releaseLayers(): Promise<void> {
    this.buffers.age()
    if (!this.keeps) await this.release()
  }

  /** A picture is done. */
  async rest(): Promise<void> {
    this.pictures++
    this.buffers.clear()
    this.shelf.close()
    this.shelf = inMemory
    if (!this.keeps) await this.release()
  }

  /** Closes all. */
  async release(): Promise<void> {
    const sessions = [...this.opened.values()]
    this.opened.clear()
    this.decided.clear()
    for (const session of sessions) await session.release()
  }

  private async start(key: string, graph: Graph): Promise<Session> {
    const { fixed, rest } = hoistWeights(graph)
    const decided = this.decided.get(key) ?? (fixed ? await this.decide(fixed) : {})
    this.decided.set(key, decided)
    const session = await this.create(rest, { mapped: true })
    return { ...session, run: (feeds, into) => session.run({ ...decided, ...feeds }, into) }
  }

  private async decide(graph: Graph): Promise<Record<string, Tensor>> {
    const session = await this.create(graph, { mapped: true, asStored: true })
    const results = Object.entries(graph.outputs).map(([name, { shape }]) => [name, zeros('f32', shape.map(Number))] as const)
    try {
      return await session.run({}, Object.fromEntries(results))
    } finally {
      await session.release()
    }
  }

  private async create(graph: Graph, how: SessionOptions): Promise<Session> {
    const bound = Object.entries(bindWeights(graph, this.weights))
    // Weights that had to be widened are fed: in the model they would be there several times while it is opened.
    const mapped = Object.fromEntries(bound.filter(([, weight]) => 'file' in weight))
    const fed = Object.fromEntries(bound.flatMap(([name, weight]) => ('file' in weight ? [] : [[name, weight] as const])))
    // Some thirty sessions are open at a time: an arena for each would hold the peak of each.
    const session = await openSession(graph, {
      ...this.options,
      ...how,
      ...{ weights: mapped, weightsAs: 'initializers', arena: false },
    })
    return { ...session, run: (feeds, into) => session.run({ ...fed, ...feeds }, into) }
  }
}

/** Tells graphs apart: without weights, but with their names. */
function keyOf(graph: Graph): string {
  return createHash('sha1').update(encodeOnnx(graph)).digest('base64')
}
