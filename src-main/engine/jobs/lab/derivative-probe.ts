import {
  difference,
  differencePoint,
  forwardGraph,
  latentsOf,
  tangentFeeds,
  tangentGraph,
  tangentPoint,
  type DerivativeInput,
} from '../../diffusion/derivative'
import { linear } from '../../diffusion/linear'
import type { NetworkGraph } from '../../diffusion/network'
import type { Transport } from '../../diffusion/transports/transport'
import type { Tensor } from '../../ir/tensor'
import { openSession, type Session, type SessionOptions } from '../../runtime/session'
import { liveBytes } from './live-memory'

/** dF/dt of a network in each way, through sessions that lie open together. */
export class DerivativeProbe<C> {
  private readonly sessions: Partial<Record<'forward' | 'tangent', Session>> = {}

  constructor(
    private readonly network: NetworkGraph<C>,
    private readonly transport: Transport,
    private readonly weights: Readonly<Record<string, Tensor>>,
    private readonly options: SessionOptions,
  ) {}

  /** Central difference: two passes in one batch. */
  async dde(input: DerivativeInput<C>, epsilon: number): Promise<Float64Array> {
    const session = (this.sessions.forward ??= await this.open(forwardGraph(this.network)))
    const { x, t, r, condition } = differencePoint(this.transport, input, epsilon, this.network.choose)
    const outputs = await session.run(this.network.feeds(x, t, r, condition))
    return difference(latentsOf(this.network, outputs, 'F', x.shape), epsilon)
  }

  /** Bytes of results that are alive at once in each way. */
  memory(input: DerivativeInput<C>, epsilon: number): Readonly<Record<'dde' | 'jvp', number>> {
    const { x, t, r, condition } = differencePoint(this.transport, input, epsilon, this.network.choose)
    const tangents = tangentFeeds(this.network, tangentPoint(this.transport, input))
    return {
      dde: liveBytes(forwardGraph(this.network), this.network.feeds(x, t, r, condition)),
      jvp: liveBytes(tangentGraph(this.network), tangents),
    }
  }

  /** Forward mode. */
  async jvp(input: DerivativeInput<C>): Promise<Float32Array> {
    const session = (this.sessions.tangent ??= await this.open(tangentGraph(this.network)))
    const outputs = await session.run(tangentFeeds(this.network, tangentPoint(this.transport, input)))
    return latentsOf(this.network, outputs, 'dF', input.x.shape)
  }

  /**
   * Central differences at h, h/2, h/4 … extrapolated to h = 0 (Romberg): each column removes a power of h², while the rounding of F stays
   * divided by steps far larger than the DDE's. `doubt`: how much the last two extrapolations differ.
   */
  async reference(
    input: DerivativeInput<C>,
    largest: number,
    levels: number,
  ): Promise<{ readonly value: Float64Array; readonly doubt: number }> {
    let row: Float64Array[] = []
    let before: Float64Array = new Float64Array(0)
    for (let level = 0; level < levels; level++) {
      before = row.at(-1) ?? before
      const next = [await this.dde(input, largest / 2 ** level)]
      for (const [k, coarse] of row.entries()) next.push(extrapolated(next[k] ?? coarse, coarse, 4 ** (k + 1)))
      row = next
    }
    const value = row.at(-1) ?? new Float64Array(0)
    return { value, doubt: relativeDistance(before, value) }
  }

  /** Closes the sessions; the next use opens them again. */
  async release(): Promise<void> {
    const { forward, tangent } = this.sessions
    delete this.sessions.forward
    delete this.sessions.tangent
    await forward?.release()
    await tangent?.release()
  }

  private open(graph: ReturnType<typeof forwardGraph>): Promise<Session> {
    return openSession(graph, { ...this.options, weights: this.weights })
  }
}

/** (c·fine − coarse)/(c − 1). */
function extrapolated(fine: Float64Array, coarse: Float64Array, c: number): Float64Array {
  return linear(1, [
    { name: 'fine', data: fine, coefficient: () => c / (c - 1) },
    { name: 'coarse', data: coarse, coefficient: () => -1 / (c - 1) },
  ])
}

/** ‖a − b‖/‖b‖. */
export function relativeDistance(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let [apart, size] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    apart += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2
    size += (b[i] ?? NaN) ** 2
  }
  return Math.sqrt(apart / size)
}
