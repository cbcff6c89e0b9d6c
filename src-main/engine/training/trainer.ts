import { z } from 'zod'
import { RandomStream } from '../diffusion/noise/random-stream'
import type { ObjectiveBatch, ObjectiveResult } from '../diffusion/objective'
import { PairSampler } from '../diffusion/pairs/pairs'
import type { Transport } from '../diffusion/transports/transport'
import { tensor } from '../ir/tensor'
import { AdamW, type ParameterMap } from './adamw'
import type { Checkpoint } from './checkpoint'
import { clipFactor, globalNorm } from './clip'
import { scheduleFactor } from './schedule'
import type { TrainingSettings } from './settings'
import { TrainingError } from './training-error'
import { startAverages } from './update-memory'

/** Samples of one batch, before times and noise are drawn. */
export type Samples<C> = Pick<ObjectiveBatch<C>, 'x' | 'condition' | 'fullCondition' | 'nullCondition' | 'features'> & {
  /** s of the resolution-dependent time shift; 1 or nothing leaves times as drawn. */
  readonly timeShift?: number
}

/** Where samples come from. All chance comes from `random`, all memory goes through `place`, so that a run can be resumed. */
export interface SampleSource<C> {
  draw(count: number, random: RandomStream): Promise<Samples<C>>
  /** Place in the data, plain numbers. */
  readonly place: Readonly<Record<string, number>>
}

/** What is trained and how its loss is found: whole networks and adapters alike. `TransitionObjective` is one. */
export interface Learner<C> {
  readonly transport: Transport
  /** The weights that are trained: changed in place, seen by the next step. */
  readonly trained: ParameterMap
  step(batch: ObjectiveBatch<C>): Promise<ObjectiveResult>
}

/** One step as the log shows it. */
export interface StepReport {
  /** From 1. */
  readonly step: number
  readonly loss: number
  /** Mean of L over the samples with r = t, and over the others; null where there are none. */
  readonly diffusionLoss: number | null
  readonly transitionLoss: number | null
  readonly projectionLoss: number | null
  readonly gradientNorm: number
  readonly learningRate: number
  /** False where a gradient was not finite, and the step therefore left out. */
  readonly updated: boolean
  readonly seconds: number
}

const PairKind = z.enum(['diffusion', 'transition', 'consistency'])

/** What a run remembers beside weights, averages and moments. */
export const RunState = z.object({
  step: z.int().min(0),
  random: z.object({ seed: z.number(), drawn: z.number(), lane: z.number().optional() }),
  deck: z.array(PairKind),
  place: z.record(z.string(), z.number()),
})
export type RunState = z.infer<typeof RunState>

/** Steps in a row without a finite gradient after which a run is given up. */
const PATIENCE = 10

/**
 * The step of a training run: samples → times and noise → loss and gradients → clipping → AdamW and average in one pass.
 * Same checkpoint, same data: the same numbers, bit for bit on one machine's CPU.
 */
export class Trainer<C> {
  readonly average: ParameterMap | undefined
  private readonly optimiser: AdamW
  private readonly pairs: PairSampler
  private readonly random: RandomStream
  private done: number
  private skipped = 0

  /** Starts anew, or goes on from a checkpoint, whose weights are copied over the learner's. */
  constructor(
    private readonly learner: Learner<C>,
    private readonly source: SampleSource<C>,
    private readonly settings: TrainingSettings,
    from?: Checkpoint<RunState>,
  ) {
    if (from) overwrite(learner.trained, from.weights)
    this.average = settings.average ? startAverages(learner.trained) : undefined
    if (this.average && from?.average) overwrite(this.average, from.average)
    this.optimiser = new AdamW(learner.trained, settings.adamw, from?.optimiser)
    this.pairs = new PairSampler(learner.transport, settings.mixture, from?.state.deck)
    this.random = from ? RandomStream.restore(from.state.random) : new RandomStream(settings.seed)
    this.done = from?.state.step ?? 0
  }

  /** Steps done so far. */
  get step(): number {
    return this.done
  }

  /** All that the run would need to go on from here. Shares its arrays with the run: write it before the next step. */
  get checkpoint(): Checkpoint<RunState> {
    const state = { step: this.done, random: this.random.state, deck: [...this.pairs.state], place: { ...this.source.place } }
    return { weights: this.learner.trained, average: this.average, optimiser: this.optimiser.state, state }
  }

  /** One step. Throws TrainingError where gradients stay infinite, and what source and runtime throw. */
  async next(): Promise<StepReport> {
    const started = performance.now()
    const batch = await this.drawBatch()
    const result = await this.learner.step(batch)
    const gradientNorm = globalNorm(result.gradients)
    const learningRate = this.settings.learningRate * this.scheduled()
    const updated = Number.isFinite(gradientNorm)
    if (updated) this.update(result.gradients, gradientNorm, learningRate)
    this.skipped = updated ? 0 : this.skipped + 1
    this.done++
    if (this.skipped === PATIENCE) {
      const message = `${PATIENCE} steps in a row had no finite gradient, the last was step ${this.done}.`
      throw new TrainingError('training.diverged', message, 'Resume from the last checkpoint with a lower learning rate.')
    }
    const seconds = (performance.now() - started) / 1000
    const { perSample, loss, projectionLoss = null } = result
    const losses = {
      diffusionLoss: mean(perSample.subarray(0, batch.nDiffusion)),
      transitionLoss: mean(perSample.subarray(batch.nDiffusion)),
    }
    return { step: this.done, loss, ...losses, projectionLoss, gradientNorm, learningRate, updated, seconds }
  }

  private async drawBatch(): Promise<ObjectiveBatch<C>> {
    const { timeShift = 1, ...samples } = await this.source.draw(this.settings.batch, this.random)
    const times = this.pairs.draw(samples.x.shape[0] ?? 0, this.random, timeShift)
    const z = tensor('f32', samples.x.shape, this.random.normals(samples.x.data.length))
    return { ...samples, ...times, z }
  }

  private update(gradients: ParameterMap, norm: number, learningRate: number): void {
    const { clip, average } = this.settings
    const gradientScale = clip === null ? 1 : clipFactor(norm, clip)
    const decay = average?.warmup ? Math.min(average.decay, (1 + this.done) / (10 + this.done)) : average?.decay
    const ema = this.average && decay !== undefined ? { ema: { weights: this.average, decay } } : {}
    this.optimiser.step(gradients, { learningRate, gradientScale, ...ema })
  }

  private scheduled(): number {
    const { schedule, steps, learningRate } = this.settings
    const { name, warmup, cycles, power } = schedule
    const shape = { ...(cycles !== undefined && { cycles }), ...(power !== undefined && { power }) }
    // diffusers ends `polynomial` at a rate of 1e-7, whatever it began with.
    return scheduleFactor({ name, warmup, steps, ...shape, end: Math.min(1, 1e-7 / learningRate) }, this.done)
  }
}

function overwrite(weights: ParameterMap, saved: ParameterMap): void {
  for (const [key, values] of weights) values.set(savedAs(key, values, saved))
}

function savedAs(key: string, like: Float32Array, saved: ParameterMap): Float32Array {
  const values = saved.get(key)
  if (values?.length === like.length) return values
  const message = `The checkpoint ${values ? `has ${values.length} numbers for '${key}', expected ${like.length}` : `lacks '${key}'`}.`
  throw new TrainingError('training.checkpoint', message, 'Resume with the model and settings the run began with.')
}

function mean(values: Float32Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
