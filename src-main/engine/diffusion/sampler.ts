import { sizeOf, tensor, type Tensor } from '../ir/tensor'
import { BatchError, SettingError } from './errors'
import { timeGrid } from './grid'
import { checkedGuidance, guide, isGuided, UNGUIDED, type Guidance } from './guidance'
import { held, type Hold } from './hold'
import { linear, type Numbers } from './linear'
import type { TransitionNetwork } from './network'
import type { Transport } from './transports/transport'

/** `transition` tells the network where the step ends; `ddiffusion` (so spelt in the release) tells it r = t, yet steps as far. */
export const SAMPLE_TYPES = ['transition', 'ddiffusion'] as const

/** One of SAMPLE_TYPES. */
export type SampleType = (typeof SAMPLE_TYPES)[number]

/** How a batch of pictures is drawn. C is a condition of the whole batch. */
export interface SampleOptions<C> {
  readonly transport: Transport
  /** Starting noise, (B,C,H,W). */
  readonly z: Tensor<'f32'>
  readonly steps: number
  readonly condition: C
  /** Needed where guidance acts. */
  readonly nullCondition?: C
  readonly cfg?: Guidance
  /** s ≥ 0: noise put back at each step but the first and the last (OT-FM; no effect elsewhere, as released). */
  readonly stochasticity?: number
  /** Fresh normals for the whole batch in step `step`; needed where stochasticity acts. */
  readonly noise?: (step: number, length: number) => Float32Array
  readonly sampleType?: SampleType
  /** Ends of the whole path (default: the transport's). Limits of guidance and stochasticity refer to it, wherever one starts. */
  readonly tMax?: number
  readonly tMin?: number
  /** Starts from x_t at time t instead of from z; the steps then divide [tMin, t]. */
  readonly start?: { readonly xt: Numbers; readonly t: number }
  /** Goes on after a step whose state was kept. */
  readonly resume?: PathState
  /** Data that is known: after each step it is put back where it is to stay. */
  readonly hold?: Hold
}

/** A path after some of its steps, in full precision: what it takes to go on. */
export interface PathState {
  /** Index of the next step. */
  readonly next: number
  /** x at that step's t, float64, (B,C,H,W) in memory order. */
  readonly x: Float64Array
}

/** One step of a path, as it is made. */
export interface Step {
  /** From 0. */
  readonly index: number
  /** The step went from time t to time r. */
  readonly t: number
  readonly r: number
  /** x_r, (B,C,H,W). */
  readonly x: Tensor<'f32'>
  /** Where the network would land from x_t in one step to the end of the path. */
  readonly prediction: Tensor<'f32'>
  readonly state: PathState
}

/**
 * Draws a batch, yielding each step as it is done; who stops asking cancels. The state is float64 and rounded to float32 for the
 * network only. Throws SettingError and BatchError before the first step.
 * Source: TransitionSchedule.sample of the released code.
 */
export async function* sample<C>(
  network: TransitionNetwork<C>,
  options: SampleOptions<C>,
): AsyncGenerator<Step, void, undefined> {
  const path = planPath(options)
  const { transport, condition, nullCondition, hold } = options
  const { shape } = options.z
  const kept = (x: Float64Array, t: number): Float64Array => (hold ? held(transport, hold, x, t) : x)
  let x = path.x
  for (let index = path.first; index < path.grid.length - 1; index++) {
    const [t, r] = [path.grid[index] ?? NaN, path.grid[index + 1] ?? NaN]
    const networkR = path.sampleType === 'ddiffusion' ? t : r
    const guided = isGuided(path.guidance, t, path.tMax)
    const conditions = guided && nullCondition !== undefined ? [condition, nullCondition] : [condition]
    const [tn, rn] = [transport.networkTime(t), transport.networkTime(networkR)]
    const batch = shape[0] ?? 0
    const F = await predict(
      network,
      tensor('f32', shape, Float32Array.from(x)),
      [filled(batch, tn), filled(batch, rn)],
      conditions,
      path.guidance.scale,
    )
    const s = t < path.tMax && networkR > path.tMin ? path.stochasticity : 0
    const prediction = kept(advance(transport, x, F, t, path.tMin), path.tMin)
    x = kept(advance(transport, x, F, t, r, s > 0 ? { s, epsilon: path.noise(index, x.length) } : undefined), r)
    yield { index, t, r, x: rounded(x, shape), prediction: rounded(prediction, shape), state: { next: index + 1, x } }
  }
}

interface Path {
  readonly x: Float64Array
  readonly first: number
  readonly grid: Float64Array
  readonly tMax: number
  readonly tMin: number
  readonly guidance: Guidance
  readonly stochasticity: number
  readonly noise: (step: number, length: number) => Float32Array
  readonly sampleType: SampleType
}

function planPath<C>(options: SampleOptions<C>): Path {
  const { transport, z, start, resume, stochasticity = 0, sampleType = 'transition' } = options
  const { tMax = transport.time.max, tMin = transport.time.min } = options
  if (!SAMPLE_TYPES.includes(sampleType)) {
    throw new SettingError({ setting: 'sample_type', got: sampleType, need: `one of ${SAMPLE_TYPES.join(', ')}` })
  }
  if (!(stochasticity >= 0 && Number.isFinite(stochasticity))) {
    throw new SettingError({ setting: 'stochasticity_ratio', got: stochasticity, need: 'a finite number of at least 0' })
  }
  const guidance = checkedGuidance(options.cfg ?? UNGUIDED)
  const grid = timeGrid(start?.t ?? tMax, tMin, options.steps)
  if (options.nullCondition === undefined && grid.slice(0, -1).some((t) => isGuided(guidance, t, tMax))) {
    throw new BatchError({
      name: 'nullCondition',
      got: 'missing',
      need: 'the condition of the empty prompt, since guidance is on',
    })
  }
  const x = Float64Array.from(resume?.x ?? start?.xt ?? z.data)
  if (x.length !== sizeOf(z.shape)) {
    throw new BatchError({
      name: resume ? 'resume.x' : 'start.xt',
      got: `${x.length} numbers`,
      need: `${sizeOf(z.shape)} numbers`,
    })
  }
  return { x, first: resume?.next ?? 0, grid, tMax, tMin, guidance, stochasticity, noise: options.noise ?? noNoise, sampleType }
}

function noNoise(): never {
  throw new BatchError({ name: 'noise', got: 'missing', need: 'fresh normals for every step, since stochasticity is on' })
}

async function predict<C>(
  network: TransitionNetwork<C>,
  x: Tensor<'f32'>,
  [t, r]: readonly [Float64Array, Float64Array],
  conditions: readonly C[],
  scale: number,
): Promise<Numbers> {
  const [cond, uncond] = await network.predict(x, t, r, conditions)
  if (cond?.data.length !== x.data.length) {
    throw new BatchError({ name: 'F', got: `${cond?.data.length ?? 0} numbers`, need: `${x.data.length} numbers` })
  }
  return uncond ? guide(cond.data, uncond.data, scale) : cond.data
}

/** The transport's step from t to r, with noise where given. */
function advance(
  transport: Transport,
  xt: Numbers,
  F: Numbers,
  t: number,
  r: number,
  stochastic?: { readonly s: number; readonly epsilon: Float32Array },
): Float64Array {
  const by = transport.step(t, r, stochastic?.s)
  return linear(1, [
    { name: 'x', data: xt, coefficient: () => by.xt },
    { name: 'F', data: F, coefficient: () => by.F },
    ...(stochastic ? [{ name: 'noise', data: stochastic.epsilon, coefficient: () => by.noise }] : []),
  ])
}

function filled(length: number, value: number): Float64Array {
  return new Float64Array(length).fill(value)
}

function rounded(x: Float64Array, shape: readonly number[]): Tensor<'f32'> {
  return tensor('f32', shape, Float32Array.from(x))
}
