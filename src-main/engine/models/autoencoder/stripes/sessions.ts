import type { Graph } from '../../../ir/graph'
import type { Tensor } from '../../../ir/tensor'
import { hoistWeights } from '../../../passes/hoist-weights'
import { openSession, type Session, type SessionOptions } from '../../../runtime/session'
import { bindWeights } from '../../../weights/bind'
import type { WeightSource } from '../../../weights/tensor-ref'

/** Opens the sessions of a decoding and closes them together: weights are in memory only while their layers work. */
export class Sessions {
  private readonly opened: Session[] = []
  private readonly common = new Map<string, Session>()

  constructor(
    private readonly weights: WeightSource,
    private readonly options: SessionOptions,
  ) {}

  /**
   * A session for a graph; what its weights alone decide is computed now. Throws WeightsError naming a key that is missing,
   * EngineError where the provider refuses the graph.
   */
  async open(graph: Graph): Promise<Session> {
    const { fixed, rest } = hoistWeights(graph)
    const decided = fixed ? await this.once(fixed) : {}
    const session = await this.start(rest, { mapped: true })
    this.opened.push(session)
    return { ...session, run: (feeds) => session.run({ ...decided, ...feeds }) }
  }

  /** The session of a graph without weights that many layers have in common. */
  async shared(key: string, graphOf: () => Graph): Promise<Session> {
    const known = this.common.get(key)
    if (known) return known
    const made = await this.start(graphOf(), {})
    this.common.set(key, made)
    return made
  }

  /** Closes the layers' sessions. */
  async releaseLayers(): Promise<void> {
    for (const session of this.opened.splice(0)) await session.release()
  }

  /** Closes all. */
  async release(): Promise<void> {
    await this.releaseLayers()
    for (const session of this.common.values()) await session.release()
    this.common.clear()
  }

  private async once(graph: Graph): Promise<Record<string, Tensor>> {
    const session = await this.start(graph, { mapped: true, asStored: true })
    try {
      return await session.run({})
    } finally {
      await session.release()
    }
  }

  private start(graph: Graph, how: SessionOptions): Promise<Session> {
    const weights = bindWeights(graph, this.weights)
    // Some twenty sessions are open at a time: an arena for each would hold the peak of each.
    return openSession(graph, { ...this.options, ...how, weights, weightsAs: 'initializers', arena: false })
  }
}
