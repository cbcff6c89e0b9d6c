import { nameOf, type Graph } from '../../ir/graph'
import type { Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { vjp } from '../../autodiff/vjp'
import { forProvider } from '../../passes/for-provider'
import { fuseGemm } from '../../passes/fuse-gemm'
import { fuseModulation } from '../../passes/fuse-modulation'
import { openSession, type Session, type SessionOptions } from '../../runtime/session'
import { f32Output } from '../derivative'
import { BatchError } from '../errors'
import type { ObjectiveOptions, ObjectiveWeights } from '../objective'
import { TARGET, WEIGHT } from '../objective-graphs'
import type { NetworkPoint, Passes, Settled, StepFindings, StepPoints, TangentPoint } from '../passes'
import { transitionLoss } from '../transition-loss'
import { activityOf, type Activity } from './activity'
import { pick, renamed, summed, without, type Tensors } from './named-tensors'
import { PREDICTION, type Stage, type StagedNetwork, type StagePoint } from './stage'
import { backwardGraph, forwardGraph, names, tangentStageGraph, type BackwardGraph, type Keep } from './stage-graphs'

type Weights = Readonly<Record<string, Tensor>>

/** What a stage's pass left behind for the way back. */
interface Trace {
  readonly read: Tensors
  readonly saved: Tensors
}

/**
 * Passes through a network stage by stage (gradient checkpointing, arXiv 1604.06174): one session serves all blocks of a shape, weights
 * are inputs of every run, so that forward and backward share one copy. The two passes of the DDE ride beside the batch itself: each
 * weight is read once for all three.
 */
export class StagedPasses<C> implements Passes<C> {
  private readonly sessions = new Map<string, Promise<OpenStage>>()
  private readonly backward = new Map<string, BackwardGraph>()
  private readonly activity: readonly (Activity | undefined)[]

  constructor(
    private readonly network: StagedNetwork<C>,
    private readonly weights: ObjectiveWeights,
    private readonly options: ObjectiveOptions,
    private readonly runtime: SessionOptions,
    private readonly keep: Keep = 'products',
  ) {
    this.activity = activityOf(network.stages, new Set(options.trainable))
  }

  async step({ main, beside, features }: StepPoints<C>, settle: (F: Float32Array | undefined) => Settled): Promise<StepFindings> {
    if (features) throw new BatchError({ name: 'features', got: 'given', need: 'none: training in stages has no projector' })
    const { traces, F, besideF } = await this.forward(main, beside)
    const { target, weight } = settle(besideF)
    const loss = await this.lossOf({ F, [TARGET]: this.network.toTokens(target), [WEIGHT]: weight })
    const gradients = await this.pullBack(traces, main, { F: f32Output(loss, names.bar(PREDICTION)) })
    return {
      loss: f32Output(loss, 'loss').data[0] ?? NaN,
      perSample: f32Output(loss, 'perSample').data,
      gradients,
      F: this.network.fromTokens(F, main.x.shape),
    }
  }

  async tangent(point: TangentPoint<C>): Promise<Float32Array> {
    const { network } = this
    const { xDot, tDot, ...at } = point
    let state: Tensors = network.feeds(at.x, at.t, at.r, at.condition)
    let dots: Tensors = network.feedTangents(xDot, { t: at.t, r: at.r, tDot })
    for (const stage of network.stages) {
      const moving = Object.keys(stage.reads).filter((name) => name in dots)
      const open = await this.open(`tangent ${moving.join()}`, stage, () => tangentStageGraph(stage, new Set(moving)))
      const tangents = Object.fromEntries(moving.flatMap((name) => (dots[name] ? [[names.dot(name), dots[name]]] : [])))
      const out = await open.run(stage, this.weights.network, { ...state, ...tangents, ...this.extras(stage, [at]) })
      const written = Object.keys(out).filter((name) => !name.startsWith('dot.'))
      state = { ...state, ...pick(out, written) }
      dots = { ...without(dots, written), ...renamed(out, written, names.dot) }
    }
    const dF = dots[PREDICTION]
    return dF ? network.fromTokens(dF as Tensor<'f32'>, at.x.shape).data : new Float32Array(at.x.data.length)
  }

  async average(point: NetworkPoint<C>): Promise<Float32Array> {
    const { average } = this.weights
    if (!average) throw new BatchError({ name: 'ema', got: 'missing', need: 'the average weights' })
    let state: Tensors = this.network.feeds(point.x, point.t, point.r, point.condition)
    for (const stage of this.network.stages) {
      const open = await this.open('plain', stage, () => forwardGraph(stage, { beside: false, saved: [], keep: 'nothing' }))
      state = { ...state, ...(await open.run(stage, average, { ...state, ...this.extras(stage, [point]) })) }
    }
    return this.network.fromTokens(f32Output(state, PREDICTION), point.x.shape).data
  }

  async release(): Promise<void> {
    const open = [...this.sessions.values()]
    this.sessions.clear()
    for (const stage of open) await (await stage).session.release()
  }

  /** Main samples, and others beside them; of the main ones each stage keeps what its way back needs. */
  private async forward(
    main: NetworkPoint<C>,
    beside: NetworkPoint<C> | undefined,
  ): Promise<{ traces: Trace[]; F: Tensor<'f32'>; besideF: Float32Array | undefined }> {
    const { network } = this
    const traces: Trace[] = []
    let state: Tensors = network.feeds(main.x, main.t, main.r, main.condition)
    let other: Tensors = beside ? network.feeds(beside.x, beside.t, beside.r, beside.condition) : {}
    for (const [i, stage] of network.stages.entries()) {
      const saved = this.wayBack(i)?.saved ?? []
      const kind = `forward ${beside ? 'both' : 'main'} ${saved.join()}`
      const graph = (): Graph => forwardGraph(stage, { beside: beside !== undefined, saved, keep: this.keep })
      const open = await this.open(kind, stage, graph)
      const extras = this.extras(stage, beside ? [main, beside] : [main])
      const out = await open.run(stage, this.weights.network, {
        ...renamed(other, Object.keys(other), (x) => x, names.beside),
        ...state,
        ...extras,
      })
      traces.push({ read: pick(state, Object.keys(stage.reads)), saved: pick(out, saved.map(names.saved)) })
      const written = Object.keys(out).filter((name) => !name.startsWith('saved.') && !name.startsWith('beside.'))
      state = { ...state, ...pick(out, written) }
      if (beside) other = { ...other, ...renamed(out, written, names.beside) }
    }
    const besideF = beside && network.fromTokens(f32Output(other, PREDICTION), beside.x.shape).data
    return { traces, F: f32Output(state, PREDICTION), besideF }
  }

  /** Cotangents from the last stage to the first that matters; each stage's trace is let go once it is used. */
  private async pullBack(traces: Trace[], main: NetworkPoint<C>, from: Tensors): Promise<Map<string, Float32Array>> {
    const { network } = this
    const gradients = new Map<string, Float32Array>()
    let bars: Tensors = from
    for (let i = network.stages.length - 1; i >= 0; i--) {
      const [stage, trace, way] = [network.stages[i], traces.pop(), this.wayBack(i)]
      if (!stage || !trace || !way) break
      const activity = this.activity[i]
      const open = await this.open(`backward ${[...(activity?.active ?? [])].join()}`, stage, () => way.graph)
      const written = this.writtenBy(way.graph)
      const cotangents = renamed(bars, written, (x) => x, names.cotangent)
      const out = await open.run(stage, this.weights.network, {
        ...trace.read,
        ...trace.saved,
        ...cotangents,
        ...this.extras(stage, [main]),
      })
      for (const param of activity?.trained ?? []) {
        const found = out[names.gradient(param)]
        if (found) gradients.set(stage.keyOf(param), found.data as Float32Array)
      }
      bars = summed(without(bars, written), renamed(out, [...(activity?.active ?? [])], names.bar))
    }
    // What does not lead to F (or has no way back) has no gradient.
    for (const key of this.options.trainable) {
      const length = this.weights.network[key]?.data.length ?? 0
      if (!gradients.has(key)) gradients.set(key, new Float32Array(length))
    }
    return gradients
  }

  private writtenBy(graph: Graph): string[] {
    return graph.inputs.map(nameOf).flatMap((name) => (name.startsWith('cotangent.') ? [name.slice('cotangent.'.length)] : []))
  }

  /** The way back through stage `i`; undefined where nothing before it, and nothing in it, is trained. */
  private wayBack(i: number): BackwardGraph | undefined {
    const [stage, activity] = [this.network.stages[i], this.activity[i]]
    if (!stage || !activity) return undefined
    const key = `${stage.shape} ${[...activity.active].join()}`
    const known = this.backward.get(key) ?? backwardGraph(stage, { ...activity, keep: this.keep })
    this.backward.set(key, known)
    return known
  }

  private extras(stage: Stage, points: readonly NetworkPoint<C>[]): Tensors {
    return stage.extras(points.map((point): StagePoint => ({ condition: point.condition, sizes: this.network.sizes(point) })))
  }

  private async lossOf(feeds: Tensors): Promise<Tensors> {
    const graph = (): Graph => lossGraph(this.options.directional, this.network.latent)
    const key = 'loss'
    const known = this.sessions.get(key) ?? openStage(graph(), this.runtime)
    this.sessions.set(key, known)
    return (await known).session.run(feeds)
  }

  private open(kind: string, stage: Stage, graph: () => Graph): Promise<OpenStage> {
    const key = `${stage.shape} ${kind}`
    const known = this.sessions.get(key) ?? openStage(graph(), this.runtime)
    this.sessions.set(key, known)
    return known
  }
}

/** A session of a stage's graph; whose weights it runs with is said at each run. */
interface OpenStage {
  readonly session: Session
  run(stage: Stage, weights: Weights, feeds: Tensors): Promise<Tensors>
}

async function openStage(graph: Graph, runtime: SessionOptions): Promise<OpenStage> {
  // Differentiated before, so it may be fused now.
  const onCpu = runtime.provider === undefined || runtime.provider === 'cpu'
  const session = await openSession(onCpu ? fuseGemm(fuseModulation(graph)) : forProvider(graph, runtime.provider), runtime)
  const inputs = graph.inputs.map(nameOf)
  const params = graph.params.map(nameOf)
  return {
    session,
    run(stage, weights, feeds) {
      const given = pick(feeds, inputs)
      for (const param of params) {
        const weight = weights[stage.keyOf(param)]
        if (weight) given[param] = weight
      }
      return session.run(given)
    },
  }
}

/** The loss of a batch and its cotangent at F. */
function lossGraph(directional: boolean, { channels, patch }: { readonly channels: number; readonly patch: number }): Graph {
  const b = createBuilder()
  const shape = ['b', 'n', channels * patch * patch] as const
  const F = b.input(PREDICTION, 'f32', shape)
  const target = b.input(TARGET, 'f32', shape)
  const weight = b.input(WEIGHT, 'f32', ['b'])
  const { loss, perSample } = transitionLoss(b, { F, target, weight }, { directional, channels })
  const [bar = b.zero(F)] = vjp(b, { outputs: [loss], cotangents: [b.scalar(1)], wrt: [F] })
  return b.graph({ loss, perSample, [names.bar(PREDICTION)]: bar })
}
