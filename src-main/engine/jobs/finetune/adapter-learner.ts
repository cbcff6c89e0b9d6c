import type { FinetuneConfig } from '#shared/schema/run'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions, type ObjectiveResult } from '../../diffusion/objective'
import type { NetworkPoint } from '../../diffusion/passes'
import { StagedPasses } from '../../diffusion/stages/staged-passes'
import { makeTransport } from '../../diffusion/transports/table'
import type { Transport } from '../../diffusion/transports/transport'
import { f32, type Tensor } from '../../ir/tensor'
import type { Adapter } from '../../models/peft/adapter'
import { createAdapter } from '../../models/peft/create'
import type { TimConfig } from '../../models/tim/config'
import { timLinearLayers } from '../../models/tim/linear-layers'
import { openTim } from '../../models/tim/load'
import { timNetworkGraph, type AdapterGraph, type TimCondition } from '../../models/tim/network-graph'
import { timStages } from '../../models/tim/stages'
import { trainingBase } from '../../models/tim/training-base'
import type { SessionOptions } from '../../runtime/session'
import type { Learner } from '../../training/trainer'
import { inUpdateMemory, slotOf } from '../../training/update-memory'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/** Weights by key, as networks take them. */
type Weights = Readonly<Record<string, Tensor<'f32'>>>

/** An adapter on a network, ready to learn and to predict. */
export interface AdapterLearner extends Learner<TimCondition> {
  readonly config: TimConfig
  /** The adapter as it is trained: its arrays change with every step. */
  readonly adapter: Adapter
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** F with the averaged adapter (or the trained one, where no average is kept). */
  readonly predict: (point: NetworkPoint<TimCondition>) => Promise<Float32Array>
  /** F without the adapter, from sessions of its own, which `release` of what it gives closes. */
  readonly openBase: () => { readonly predict: AdapterLearner['predict']; readonly release: () => Promise<void> }
  release(): Promise<void>
}

/** Opens a model's network with a new adapter, as the run's settings and seed make it. Throws WeightsError, EngineError for targets that match nothing. */
function openAdapterLearner(model: ModelFolder, run: FinetuneConfig, options: SessionOptions = {}): AdapterLearner {
  const checkpoint = openTim(componentFolder(model, 'transformer'))
  const { config } = checkpoint
  const { weights: base, source, weight } = trainingBase(checkpoint)
  const created = createAdapter(run.adapter, timLinearLayers(config), { seed: run.training.seed, weight })
  const { adapter, average } = placed(created, run.training.average !== null)
  const shapes = new Map(Object.entries(adapter.weights).map(([key, { shape }]) => [key, shape]))
  const graph: AdapterGraph = { layers: adapter.layers, shapes, dropout: run.adapter.dropout }
  const transport = makeTransport(model.manifest.transport.name, model.manifest.transport.params)
  const weights = { network: { ...base, ...adapter.weights }, average: { ...base, ...average } }
  const settings = objectiveOf(run, transport, [...shapes.keys()])
  const stages = timStages(config, graph, source)
  const passes = new StagedPasses(stages, weights, settings, options, run.keep)
  const objective = new TransitionObjective(timNetworkGraph(config, graph), weights, settings, passes)
  return {
    config,
    adapter,
    shapes,
    transport,
    trained: objective.trained,
    step: async (batch) => unsilenced(await objective.step(batch), batch),
    predict: (point) => passes.average(point),
    openBase: () => {
      const plain = new StagedPasses(
        timStages(config, undefined, source),
        { network: base, average: base },
        { ...settings, trainable: [] },
        options,
      )
      return { predict: (point) => plain.average(point), release: () => plain.release() }
    },
    release: () => objective.release(),
  }
}

/** A learner that is opened when it is first asked for: `known` is undefined until then. */
export function openLater(
  model: ModelFolder,
  run: FinetuneConfig,
  threads: number | undefined,
): { readonly get: () => AdapterLearner; readonly known: () => AdapterLearner | undefined } {
  let opened: AdapterLearner | undefined
  const options = threads === undefined ? {} : { threads }
  return { get: () => (opened ??= openAdapterLearner(model, run, options)), known: () => opened }
}

function objectiveOf({ objective }: FinetuneConfig, transport: Transport, trainable: readonly string[]): ObjectiveOptions {
  const { derivative, epsilon, directional, weighting } = objective
  return { transport, derivative, epsilon, directional, weighting, projection: 0, trainable }
}

/** The adapter's weights where AdamW updates them fastest, and their averages beside them. */
function placed(adapter: Adapter, withAverage: boolean): { readonly adapter: Adapter; readonly average: Weights } {
  const given = new Map(Object.entries(adapter.weights).map(([key, { data }]) => [key, data]))
  const arrays = inUpdateMemory(given, { average: withAverage })
  const tensors = (choose: (array: Float32Array) => Float32Array): Weights =>
    Object.fromEntries(
      Object.entries(adapter.weights).map(([key, { shape, data }]) => [key, f32(shape, choose(arrays.get(key) ?? data))]),
    )
  return {
    adapter: { layers: adapter.layers, weights: tensors((array) => array) },
    average: tensors((array) => slotOf(array)?.average ?? array),
  }
}

/**
 * The objective leaves samples out whose target is not finite, as released. With few pictures that would hide what is wrong with one, so
 * here its loss says so.
 */
function unsilenced(result: ObjectiveResult, batch: ObjectiveBatch<TimCondition>): ObjectiveResult {
  const size = result.derivative.length / batch.t.length
  const perSample = result.perSample.map((loss, i) => {
    const rate = result.derivative.subarray(i * size, (i + 1) * size)
    return rate.every((value) => Number.isFinite(value)) ? loss : NaN
  })
  const isSound = perSample.every((loss) => Number.isFinite(loss))
  return isSound ? result : { ...result, perSample, loss: NaN }
}
