import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RandomStream, type RandomState } from '../../diffusion/noise/random-stream'
import { TransitionObjective } from '../../diffusion/objective'
import { PairSampler, RELEASED_MIXTURE, type Mixture } from '../../diffusion/pairs/pairs'
import { makeTransport } from '../../diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../diffusion/weighting'
import { f32, type Tensor } from '../../ir/tensor'
import { timNetworkGraph } from '../../models/tim/network-graph'
import { timParameters } from '../../models/tim/parameters'
import { AdamW, RELEASED_ADAMW, type ParameterMap } from '../../training/adamw'
import { clipFactor, globalNorm } from '../../training/clip'
import { loadCheckpoint, saveCheckpoint } from './checkpoint'
import { initialiseTim } from './initialise-tim'
import { openLatents } from './latents'
import { openTexts } from './texts'
import { TimBatches } from './tim-batches'
import { timConfig, type TimRun } from './tim-config'

const FLOW_ONLY: Mixture = { diffusion: 1, consistency: 0 }
const SAVE_SECONDS = 300
const LOG_STEPS = 25

/** What a run remembers beside weights and moments. */
interface RunState {
  readonly samples: number
  readonly seconds: number
  readonly random: RandomState
}

/** Trains the transition network on what `starter:data` made; goes on from `folder`/tim.safetensors where there is one. */
export async function trainTim(data: string, folder: string, run: TimRun, threads: number, stop: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'tim.safetensors')
  const shapes = timParameters(timConfig, { projector: false })
  const saved = loadCheckpoint<RunState>(path)
  const random = saved ? RandomStream.restore(saved.state.random) : new RandomStream(run.seed)
  const weights = saved ? asTensors(saved.weights, shapes) : initialiseTim(shapes, random)
  const parameters: ParameterMap = new Map(Object.entries(weights).map(([key, { data: values }]) => [key, values]))
  const average = saved?.average ?? new Map([...parameters].map(([key, values]) => [key, values.slice()]))
  const optimiser = new AdamW(parameters, RELEASED_ADAMW, saved?.optimiser)
  const batches = new TimBatches(openLatents(data), openTexts(data))
  const transport = makeTransport('OT_FM', { P_mean: 0, P_std: 1.6 })
  const samplers = { flow: new PairSampler(transport, FLOW_ONLY), transition: new PairSampler(transport, RELEASED_MIXTURE) }
  const objective = new TransitionObjective(
    timNetworkGraph(timConfig),
    { network: weights },
    {
      transport,
      weighting: RELEASED_WEIGHTING,
      derivative: 'dde',
      epsilon: 0.005,
      directional: true,
      projection: 0,
      trainable: [...shapes.keys()],
    },
    { threads },
  )
  let samples = saved?.state.samples ?? 0
  let seconds = saved?.state.seconds ?? 0
  let lastSave = Date.now()
  const state = (): RunState => ({ samples, seconds: Math.round(seconds), random: random.state })
  const save = async (): Promise<void> => {
    await saveCheckpoint(path, { weights: parameters, average, optimiser: optimiser.state, state: state() }, shapes)
    lastSave = Date.now()
  }
  const tally = new Tally()
  for (let step = 1; samples < run.samples && !stop.aborted; step++) {
    const started = performance.now()
    const phase = samples < run.flowShare * run.samples ? 'flow' : 'transition'
    const batch = batches.draw(samplers[phase].draw(run.batch, random), random)
    const result = await objective.step(batch)
    const norm = globalNorm(result.gradients)
    const learningRate = rateAt(run, samples)
    // A step whose gradients are not finite would spoil the weights for good.
    if (Number.isFinite(norm)) {
      optimiser.step(result.gradients, {
        learningRate,
        gradientScale: clipFactor(norm, 1),
        ema: { weights: average, decay: averageDecay(run, samples) },
      })
    }
    samples += run.batch
    seconds += (performance.now() - started) / 1000
    tally.add(result.perSample, batch.nDiffusion, norm)
    if (step % LOG_STEPS === 0)
      appendFileSync(
        join(folder, 'tim.log.jsonl'),
        `${JSON.stringify({ ...state(), random: undefined, phase, learningRate, ...tally.take() })}\n`,
      )
    if (Date.now() - lastSave > SAVE_SECONDS * 1000) await save()
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

function asTensors(values: ParameterMap, shapes: ReadonlyMap<string, readonly number[]>): Record<string, Tensor<'f32'>> {
  return Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, values.get(key) ?? [])]))
}

/** Means since the last line of the log. */
class Tally {
  private flow = { sum: 0, count: 0 }
  private transition = { sum: 0, count: 0 }
  private norm = { sum: 0, count: 0 }

  add(perSample: Float32Array, nDiffusion: number, norm: number): void {
    perSample.forEach((loss, i) => {
      const into = i < nDiffusion ? this.flow : this.transition
      into.sum += loss
      into.count++
    })
    this.norm.sum += norm
    this.norm.count++
  }

  take(): { flowLoss: number; transitionLoss: number; norm: number } {
    const mean = ({ sum, count }: { sum: number; count: number }): number => (count === 0 ? 0 : Number((sum / count).toFixed(4)))
    const means = { flowLoss: mean(this.flow), transitionLoss: mean(this.transition), norm: mean(this.norm) }
    this.flow = { sum: 0, count: 0 }
    this.transition = { sum: 0, count: 0 }
    this.norm = { sum: 0, count: 0 }
    return means
  }
}
