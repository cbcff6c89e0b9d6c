import { tensor, type Tensor } from '../ir/tensor'
import type { SessionOptions } from '../runtime/session'
import { difference, differencePoint, tangentPoint, type DerivativeInput, type DerivativeType } from './derivative'
import { BatchError, SettingError } from './errors'
import type { NetworkGraph } from './network'
import type { Passes } from './passes'
import { networkTimes, noised } from './path'
import { transitionTarget, type Enhancement, type TargetInput } from './target'
import type { Transport } from './transports/transport'
import { timeWeights, type TimeWeighting } from './weighting'
import { WholePasses } from './whole-passes'

/** What is learnt and how. */
export interface ObjectiveOptions {
  readonly transport: Transport
  readonly weighting: TimeWeighting
  readonly derivative: DerivativeType
  /** ε of the DDE (released 0.005). */
  readonly epsilon: number
  /** Adds mean(1 − cosine over channels) to each sample's loss (released `use_dir_loss`). */
  readonly directional: boolean
  /** Trains guidance in, from the average network's own predictions. */
  readonly enhanced?: Enhancement
  /** Weight of the REPA loss in the gradients; it is reported wherever a batch has features. */
  readonly projection: number
  /** Checkpoint keys whose gradients are wanted. */
  readonly trainable: readonly string[]
}

/** Weights by checkpoint key, fed at each run, so that a change in place is seen by the next step. */
export interface ObjectiveWeights {
  readonly network: Readonly<Record<string, Tensor>>
  /** The running average; needed for the enhanced target alone. */
  readonly average?: Readonly<Record<string, Tensor>>
}

/** A training batch. x, z: (B,C,H,W); the first `nDiffusion` samples have r = t. */
export interface ObjectiveBatch<C> {
  readonly x: Tensor<'f32'>
  readonly z: Tensor<'f32'>
  readonly t: Float64Array
  readonly r: Float64Array
  readonly nDiffusion: number
  readonly condition: C
  /** Conditions of the enhanced target: as they were before dropout (default `condition`), and empty. */
  readonly fullCondition?: C
  readonly nullCondition?: C
  /** Features for REPA, (B, n, z_dim). */
  readonly features?: Tensor<'f32'>
}

/** What a step found. Latents are (B,C,H,W). */
export interface ObjectiveResult {
  readonly loss: number
  /** L of each sample before weighting. */
  readonly perSample: Float32Array
  readonly projectionLoss?: number
  readonly gradients: Map<string, Float32Array>
  readonly F: Tensor<'f32'>
  readonly target: Float64Array
  /** dF/dt, 0 for the first `nDiffusion` samples. */
  readonly derivative: Float64Array
}

/**
 * The transition objective of one network: from a batch to its loss and gradients. Derivative, target and adaptive weight carry no
 * gradient. The host works in float64 and outside of the passes only touches latents.
 */
export class TransitionObjective<C> {
  readonly transport: Transport
  /** The trainable weights by key: the arrays that every step reads. */
  readonly trained: ReadonlyMap<string, Float32Array>
  private readonly passes: Passes<C>
  private readonly hasAverage: boolean

  /** `passes` run the network; by default in one piece. Throws SettingError. */
  constructor(
    private readonly network: Pick<NetworkGraph<C>, 'parameters' | 'choose'>,
    weights: ObjectiveWeights,
    private readonly options: ObjectiveOptions,
    how: SessionOptions | Passes<C> = {},
  ) {
    const { epsilon, trainable } = options
    if (!(epsilon > 0 && Number.isFinite(epsilon))) {
      throw new SettingError({ setting: 'differential_epsilon', got: epsilon, need: 'a number above 0' })
    }
    this.transport = options.transport
    this.trained = new Map(trainable.map((key) => [key, trainableWeight(network, weights, key)]))
    this.hasAverage = weights.average !== undefined
    this.passes = 'step' in how ? how : new WholePasses(network as NetworkGraph<C>, weights, options, how)
  }

  /** Loss and gradients of one batch. Throws BatchError, and what the runtime throws. */
  async step(batch: ObjectiveBatch<C>): Promise<ObjectiveResult> {
    checkBatch(batch)
    const { transport, weighting, epsilon } = this.options
    const { x, z, t, r, nDiffusion, features, condition } = batch
    const xt = tensor('f32', x.shape, Float32Array.from(noised(transport, { x: x.data, z: z.data, t })))
    const enhanced = this.options.enhanced && (await this.enhancement(batch, xt, this.options.enhanced))
    // dF/dt of the samples with r ≠ t; 0 for the others.
    const derivative = new Float64Array(x.data.length)
    const moving = nDiffusion < t.length ? tail(batch, nDiffusion, this.network.choose) : undefined
    const exact = this.options.derivative === 'jvp'
    if (moving && exact)
      derivative.set(await this.passes.tangent(tangentPoint(transport, moving)), derivative.length - moving.x.data.length)
    const beside = moving && !exact ? differencePoint(transport, moving, epsilon, this.network.choose) : undefined
    let target: Float64Array = new Float64Array(0)
    const main = { x: xt, t: networkTimes(transport, t), r: networkTimes(transport, r), condition }
    const found = await this.passes.step({ main, beside, features }, (F) => {
      if (F) derivative.set(difference(F, epsilon), derivative.length - F.length / 2)
      target = transitionTarget(transport, { x: x.data, z: z.data, t, r, dF: derivative, ...(enhanced && { enhanced }) })
      const weight = timeWeights(weighting, transport.sigmaD, { t, r, nDiffusion })
      silenceUndefined(target, weight)
      return {
        target: tensor('f32', x.shape, Float32Array.from(target)),
        weight: tensor('f32', [t.length], Float32Array.from(weight)),
      }
    })
    return { ...found, target, derivative }
  }

  /** Closes every session. */
  async release(): Promise<void> {
    await this.passes.release()
  }

  /** Predictions of the average network at r = t, with and without condition. As released, c_noise is applied twice. */
  private async enhancement(batch: ObjectiveBatch<C>, xt: Tensor<'f32'>, by: Enhancement): Promise<TargetInput['enhanced']> {
    if (!this.hasAverage)
      throw new BatchError({ name: 'ema', got: 'missing', need: 'the average weights, since the target is enhanced' })
    const { nullCondition, fullCondition = batch.condition } = batch
    if (nullCondition === undefined) {
      throw new BatchError({
        name: 'y_null',
        got: 'missing',
        need: 'the condition of the empty prompt, since the target is enhanced',
      })
    }
    const { transport } = this.options
    const t = networkTimes(transport, networkTimes(transport, batch.t))
    const predict = (condition: C): Promise<Float32Array> => this.passes.average({ x: xt, t, r: t, condition })
    const uncond = await predict(nullCondition)
    return by.cond > 0 ? { by, cond: await predict(fullCondition), uncond } : { by, uncond }
  }
}

/** A weight that gradients can change: known to the network, at hand, f32. */
function trainableWeight<C>(network: Pick<NetworkGraph<C>, 'parameters'>, weights: ObjectiveWeights, key: string): Float32Array {
  const data = network.parameters.has(key) ? weights.network[key]?.data : undefined
  if (data instanceof Float32Array) return data
  throw new SettingError({ setting: 'trainable', got: key, need: 'keys of the network with f32 weights' })
}

/** The samples from `first` on. */
function tail<C>(batch: ObjectiveBatch<C>, first: number, choose: NetworkGraph<C>['choose']): DerivativeInput<C> {
  const count = batch.t.length
  const size = batch.x.data.length / count
  const shape = [count - first, ...batch.x.shape.slice(1)]
  const rest = Array.from({ length: count - first }, (_, i) => first + i)
  return {
    x: tensor('f32', shape, batch.x.data.subarray(first * size)),
    z: tensor('f32', shape, batch.z.data.subarray(first * size)),
    t: batch.t.slice(first),
    r: batch.r.slice(first),
    condition: first === 0 ? batch.condition : choose(batch.condition, rest),
  }
}

/** A sample whose target is not finite weighs nothing, where the released code replaces its loss by 0. Changes both in place. */
function silenceUndefined(target: Float64Array, weight: Float64Array): void {
  const size = target.length / weight.length
  weight.forEach((w, sample) => {
    const part = target.subarray(sample * size, (sample + 1) * size)
    if (Number.isFinite(w) && part.every((value) => Number.isFinite(value))) return
    weight[sample] = 0
    part.fill(0)
  })
}

function checkBatch<C>({ x, z, t, r, nDiffusion }: ObjectiveBatch<C>): void {
  const show = (shape: readonly number[]): string => `f32 (${shape.join(',')})`
  const count = x.shape[0] ?? 0
  if (x.shape.length !== 4) throw new BatchError({ name: 'x', got: show(x.shape), need: 'f32 (B,C,H,W)' })
  if (z.shape.join() !== x.shape.join()) throw new BatchError({ name: 'z', got: show(z.shape), need: show(x.shape) })
  for (const [name, times] of Object.entries({ t, r })) {
    if (times.length !== count) throw new BatchError({ name, got: `${times.length} numbers`, need: `${count} numbers` })
  }
  if (!(Number.isInteger(nDiffusion) && nDiffusion >= 0 && nDiffusion <= count)) {
    throw new SettingError({ setting: 'n_diffusion', got: nDiffusion, need: `an integer from 0 to the batch size ${count}` })
  }
}
