import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RandomStream, type RandomState } from '../../diffusion/noise/random-stream'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions } from '../../diffusion/objective'
import { PairSampler, RELEASED_MIXTURE, type Mixture, type TimePairs } from '../../diffusion/pairs/pairs'
import { makeTransport } from '../../diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../diffusion/weighting'
import { f32, type Tensor } from '../../ir/tensor'
import type { TimConfig } from '../../models/tim/config'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { timParameters } from '../../models/tim/parameters'
import { AdamW, RELEASED_ADAMW, type ParameterMap } from '../../training/adamw'
import { clipFactor, globalNorm } from '../../training/clip'
import { loadCheckpoint, saveCheckpoint } from './checkpoint'
import { initialiseTim } from './initialise-tim'
import { Tally } from './tally'
import type { TimRun } from './tim-config'

const FLOW_ONLY: Mixture = { diffusion: 1, consistency: 0 }
const SAVE_SECONDS = 300
const LOG_STEPS = 25
const GRADIENT_LIMIT = 1
/** The released T2I times. */
const transport = makeTransport('OT_FM', { P_mean: 0, P_std: 1.6 })

/** A training of the transition network. */
export interface TimTraining {
  readonly config: TimConfig
  readonly run: TimRun
  readonly batches: { draw(times: TimePairs, random: RandomStream): ObjectiveBatch<TimCondition> }
  /** Holds tim.safetensors, the checkpoint, and tim.log.jsonl. */
  readonly folder: string
  readonly threads: number
  readonly stop: AbortSignal
}

/** What a run remembers beside weights and moments. */
interface RunState {
  readonly samples: number
  readonly seconds: number
  readonly random: RandomState
}

/** Trains until the run is over or stopped; goes on from the checkpoint where there is one, and leaves one. */
export async function trainTim(training: TimTraining): Promise<void> {
  const { run, folder } = training
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'tim.safetensors')
  const shapes = timParameters(training.config, { projector: false })
  const learner = startOrResume(path, shapes, run)
  const { parameters, average, optimiser, random } = learner
  const objective = objectiveOf(training, learner.weights)
  const samplers = { flow: new PairSampler(transport, FLOW_ONLY), transition: new PairSampler(transport, RELEASED_MIXTURE) }
  const tally = new Tally()
  let { samples, seconds } = learner
  const save = (): Promise<void> =>
    saveCheckpoint(
      path,
      {
        weights: parameters,
        average,
        optimiser: optimiser.state,
        state: { samples, seconds: Math.round(seconds), random: random.state },
      },
      shapes,
    )
  let lastSave = Date.now()
  for (let step = 1; samples < run.samples && !training.stop.aborted; step++) {
    const started = performance.now()
    const phase = samples < run.flowShare * run.samples ? 'flow' : 'transition'
    const batch = training.batches.draw(samplers[phase].draw(run.batch, random), random)
    const { gradients, perSample } = await objective.step(batch)
    const norm = globalNorm(gradients)
    const learningRate = rateAt(run, samples)
    const ema = { weights: average, decay: averageDecay(run, samples) }
    // A step whose gradients are not finite would spoil the weights for good.
    if (Number.isFinite(norm)) optimiser.step(gradients, { learningRate, gradientScale: clipFactor(norm, GRADIENT_LIMIT), ema })
    samples += run.batch
    seconds += (performance.now() - started) / 1000
    perSample.forEach((loss, i) => tally.add(i < batch.nDiffusion ? 'flowLoss' : 'transitionLoss', loss))
    tally.add('norm', norm)
    if (step % LOG_STEPS === 0) {
      const line = { samples, seconds: Math.round(seconds), phase, learningRate, ...tally.take() }
      appendFileSync(join(folder, 'tim.log.jsonl'), `${JSON.stringify(line)}\n`)
    }
    if (Date.now() - lastSave > SAVE_SECONDS * 1000) {
      await save()
      lastSave = Date.now()
    }
  }
  await save()
  await objective.release()
}

/** Warm-up, the full rate while the flow is learnt, then down to 0 in a straight line. */
export function rateAt(run: TimRun, samples: number): number {
  const warm = Math.min(1, (samples + run.batch) / run.warmupSamples)
  const left = Math.min(1, (run.samples - samples) / (run.samples * (1 - run.flowShare)))
  return run.learningRate * warm * Math.max(0, left)
}

/** Early on the average forgets faster, or it would hold on to the first weights. */
function averageDecay(run: TimRun, samples: number): number {
  const steps = samples / run.batch
  return Math.min(run.emaDecay, (1 + steps) / (10 + steps))
}

interface Learner {
  readonly weights: Record<string, Tensor<'f32'>>
  /** The same numbers by key: what the optimiser moves in place. */
  readonly parameters: ParameterMap
  readonly average: ParameterMap
  readonly optimiser: AdamW
  readonly random: RandomStream
  readonly samples: number
  readonly seconds: number
}

function startOrResume(path: string, shapes: ReadonlyMap<string, readonly number[]>, run: TimRun): Learner {
  const saved = loadCheckpoint<RunState>(path)
  const random = saved ? RandomStream.restore(saved.state.random) : new RandomStream(run.seed)
  const weights = saved
    ? Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, saved.weights.get(key) ?? [])]))
    : initialiseTim(shapes, random)
  const parameters: ParameterMap = new Map(Object.entries(weights).map(([key, { data }]) => [key, data]))
  const average = saved?.average ?? new Map([...parameters].map(([key, values]) => [key, values.slice()]))
  const optimiser = new AdamW(parameters, RELEASED_ADAMW, saved?.optimiser)
  return {
    weights,
    parameters,
    average,
    optimiser,
    random,
    samples: saved?.state.samples ?? 0,
    seconds: saved?.state.seconds ?? 0,
  }
}

function objectiveOf(
  { config, threads }: TimTraining,
  network: Record<string, Tensor<'f32'>>,
): TransitionObjective<TimCondition> {
  const options: ObjectiveOptions = {
    transport,
    weighting: RELEASED_WEIGHTING,
    derivative: 'dde',
    epsilon: 0.005,
    directional: true,
    projection: 0,
    trainable: Object.keys(network),
  }
  return new TransitionObjective(timNetworkGraph(config), { network }, options, { threads })
}
