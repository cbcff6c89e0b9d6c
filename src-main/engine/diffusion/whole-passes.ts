import type { Graph } from '../ir/graph'
import type { Tensor } from '../ir/tensor'
import { forProvider } from '../passes/for-provider'
import { openSession, type Session, type SessionOptions } from '../runtime/session'
import { f32Output, latentsOf, tangentFeeds } from './derivative'
import { BatchError } from './errors'
import type { NetworkGraph } from './network'
import type { ObjectiveOptions, ObjectiveWeights } from './objective'
import { FEATURES, GRAPHS, gradientName, TARGET, WEIGHT } from './objective-graphs'
import type { NetworkPoint, Passes, Settled, StepFindings, StepPoints, TangentPoint } from './passes'

/** Passes through a network in one piece: a graph for each kind of pass, opened as a session when first needed. */
export class WholePasses<C> implements Passes<C> {
  private readonly sessions = new Map<string, Promise<Session>>()

  constructor(
    private readonly network: NetworkGraph<C>,
    private readonly weights: ObjectiveWeights,
    private readonly options: ObjectiveOptions,
    private readonly runtime: SessionOptions,
  ) {}

  async step({ main, beside, features }: StepPoints<C>, settle: (F: Float32Array | undefined) => Settled): Promise<StepFindings> {
    const { network } = this
    const { target, weight } = settle(beside && (await this.forward('forward', this.weights.network, beside)))
    const outputs = await this.run(features ? 'features' : 'train', this.weights.network, {
      ...feedsAt(network, main),
      [TARGET]: network.toTokens(target),
      [WEIGHT]: weight,
      ...(features && { [FEATURES]: features }),
    })
    return {
      loss: scalar(outputs, 'loss'),
      perSample: f32Output(outputs, 'perSample').data,
      ...(features && { projectionLoss: scalar(outputs, 'projectionLoss') }),
      gradients: new Map(this.options.trainable.map((key) => [key, f32Output(outputs, gradientName(key)).data])),
      F: network.fromTokens(f32Output(outputs, 'F'), main.x.shape),
    }
  }

  async tangent(point: TangentPoint<C>): Promise<Float32Array> {
    const outputs = await this.run('tangent', this.weights.network, tangentFeeds(this.network, point))
    return latentsOf(this.network, outputs, 'dF', point.x.shape)
  }

  async average(point: NetworkPoint<C>): Promise<Float32Array> {
    const { average } = this.weights
    if (!average) throw new BatchError({ name: 'ema', got: 'missing', need: 'the average weights' })
    return this.forward('average', average, point)
  }

  async release(): Promise<void> {
    const open = [...this.sessions.values()]
    this.sessions.clear()
    for (const session of open) await (await session).release()
  }

  private async forward(
    name: 'forward' | 'average',
    weights: Readonly<Record<string, Tensor>>,
    point: NetworkPoint<C>,
  ): Promise<Float32Array> {
    const outputs = await this.run(name, weights, feedsAt(this.network, point))
    return latentsOf(this.network, outputs, 'F', point.x.shape)
  }

  private async run(
    name: keyof typeof GRAPHS,
    weights: Readonly<Record<string, Tensor>>,
    feeds: Record<string, Tensor>,
  ): Promise<Record<string, Tensor>> {
    const known = this.sessions.get(name)
    const graph = (): Graph => forProvider(GRAPHS[name](this.network, this.options), this.runtime.provider)
    const session = known ?? openSession(graph(), { ...this.runtime, weights })
    if (!known) this.sessions.set(name, session)
    return (await session).run(feeds)
  }
}

function feedsAt<C>(network: NetworkGraph<C>, { x, t, r, condition }: NetworkPoint<C>): Record<string, Tensor> {
  return network.feeds(x, t, r, condition)
}

function scalar(outputs: Record<string, Tensor>, name: string): number {
  return f32Output(outputs, name).data[0] ?? NaN
}
