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
  /** What the samples are called where something is wrong with them. */
  readonly names?: readonly string[]
}

/** What became of one sample. */
export interface SampleReport {
  readonly t: number
  readonly r: number
  /** L before weighting. */
  readonly loss: number
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
  readonly samples: readonly SampleReport[]
  readonly seconds: number
}

const PairKind = z.enum(['diffusion', 'transition', 'consistency'])

/** What a run remembers beside weights, averages and moments. */
export const RunState = z.object({
  step: z.int().min(0),
  random: z.object({ seed: z.number(), drawn: z.number(), lane: z.number().optional() }),
  deck: z.array(PairKind),
  place: z.record(z.string(), z.number()),
  /** Whatever else a job needs to go on, such as the settings of its run. */
  job: z.unknown().optional(),
})
export type RunState = z.infer<typeof RunState>

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
  /** As of the last step that went well. */
  private state: RunState

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
    this.state = this.currentState()
  }

  /** Steps done so far. */
  get step(): number {
    return this.done
  }

  /** All that the run would need to go on from here. Shares its arrays with the run: write it before the next step. */
  get checkpoint(): Checkpoint<RunState> {
    return { weights: this.learner.trained, average: this.average, optimiser: this.optimiser.state, state: this.state }
  }

  /**
   * One step. Where loss or gradients are not finite nothing is updated; with the last of `patience` such steps it throws TrainingError
   * naming the samples, and the checkpoint stays that of the last step that went well. Throws what source and runtime throw.
   */
  async next(): Promise<StepReport> {
    const started = performance.now()
    const { names, ...batch } = await this.drawBatch()
    const result = await this.learner.step(batch)
    const gradientNorm = globalNorm(result.gradients)
    const learningRate = this.settings.learningRate * this.scheduled()
    const updated = Number.isFinite(gradientNorm) && Number.isFinite(result.loss)
    this.skipped = updated ? 0 : this.skipped + 1
    if (this.skipped >= this.settings.patience) throw diverged(this.done + 1, this.skipped, result.perSample, names)
    if (updated) this.update(result.gradients, gradientNorm, learningRate)
    this.done++
    this.state = this.currentState()
    const seconds = (performance.now() - started) / 1000
    const { perSample, loss, projectionLoss = null } = result
    const losses = {
      diffusionLoss: mean(perSample.subarray(0, batch.nDiffusion)),
      transitionLoss: mean(perSample.subarray(batch.nDiffusion)),
    }
    const samples = Array.from(perSample, (L, i) => ({ t: batch.t[i] ?? 0, r: batch.r[i] ?? 0, loss: L }))
    return { step: this.done, loss, ...losses, projectionLoss, gradientNorm, learningRate, updated, samples, seconds }
  }

  private currentState(): RunState {
    return { step: this.done, random: this.random.state, deck: [...this.pairs.state], place: { ...this.source.place } }
  }

  private async drawBatch(): Promise<ObjectiveBatch<C> & Pick<Samples<C>, 'names'>> {
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

function diverged(step: number, times: number, losses: Float32Array, names: readonly string[] = []): TrainingError {
  const broken = Array.from(losses, (loss, i) => (Number.isFinite(loss) ? undefined : names[i])).filter(
    (name) => name !== undefined,
  )
  const suspects = broken.length > 0 ? broken : names
  const who = suspects.length === 0 ? '' : ` Its samples: ${[...new Set(suspects)].join(', ')}.`
  const message = `${times === 1 ? 'A step' : `${times} steps in a row`} had no finite loss or gradient, the last was step ${step}.${who}`
  const remedy =
    'Nothing was changed by it. Go on from the last checkpoint with a lower learning rate, or without these pictures.'
  return new TrainingError('training.diverged', message, remedy)
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
