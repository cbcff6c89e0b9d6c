import { BatchError, SettingError } from '../diffusion/errors'
import type { UpdateConstants } from './update-kernel'
import { slotOf } from './update-memory'

/** Weights, gradients or moments by checkpoint key. */
export type ParameterMap = ReadonlyMap<string, Float32Array>

/** AdamW's settings, named and defaulted as in torch.optim.AdamW, but for the learning rate, which each step is given. */
export interface AdamWSettings {
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
}

/** torch.optim.AdamW's defaults. */
export const TORCH_ADAMW: AdamWSettings = { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 }

/** What the released models were trained with. */
export const RELEASED_ADAMW: AdamWSettings = { betas: [0.9, 0.95], eps: 1e-6, weightDecay: 0.01 }

/** First and second moments and the number of steps taken: all there is to save. */
export interface AdamWState {
  readonly steps: number
  readonly first: ParameterMap
  readonly second: ParameterMap
}

/** One step's numbers. */
export interface AdamWStep {
  readonly learningRate: number
  /** Factor on every gradient, from `clipFactor`. */
  readonly gradientScale: number
  /** Running averages moved in the same pass: average ← decay · average + (1 − decay) · weight. */
  readonly ema?: { readonly weights: ParameterMap; readonly decay: number }
}

/**
 * AdamW with decoupled weight decay (arXiv 1711.05101), torch semantics:
 * p ← p (1 − lr λ); m ← m + (1−β₁)(g − m); v ← β₂ v + (1−β₂) g²; p ← p − lr m̂ / (√v̂ + ε). In place; float32 inside for weights that lie in update memory
 * (see update-memory.ts), else float64.
 */
export class AdamW {
  private steps: number
  readonly first: Map<string, Float32Array>
  readonly second: Map<string, Float32Array>

  /** Moments start at zero, or as copies of `state`. Throws SettingError and BatchError. */
  constructor(
    private readonly parameters: ParameterMap,
    private readonly settings: AdamWSettings = RELEASED_ADAMW,
    state?: AdamWState,
  ) {
    checkSettings(settings)
    this.steps = state?.steps ?? 0
    this.first = momentsFor(parameters, 'first', state?.first)
    this.second = momentsFor(parameters, 'second', state?.second)
  }

  get state(): AdamWState {
    return { steps: this.steps, first: this.first, second: this.second }
  }

  /** One update of all parameters. Throws BatchError where a gradient is missing or has another length; then nothing has changed. */
  step(gradients: ParameterMap, { learningRate, gradientScale, ema }: AdamWStep): void {
    for (const [key, weights] of this.parameters) {
      checkLength(`gradient of ${key}`, gradients.get(key), weights.length)
      if (ema) checkLength(`average of ${key}`, ema.weights.get(key), weights.length)
    }
    this.steps++
    const [beta1, beta2] = this.settings.betas
    const constants: UpdateConstants = {
      scale: gradientScale,
      keep: 1 - learningRate * this.settings.weightDecay,
      beta1,
      beta2,
      stride: learningRate / (1 - beta1 ** this.steps),
      root: 1 / Math.sqrt(1 - beta2 ** this.steps),
      eps: this.settings.eps,
      decay: ema?.decay ?? 0,
    }
    for (const [key, weights] of this.parameters) {
      const [gradient, first, second] = [gradients.get(key), this.first.get(key), this.second.get(key)]
      if (!gradient || !first || !second) continue
      const average = ema?.weights.get(key)
      const slot = slotOf(weights)
      if (slot && average === slot.average) slot.update(gradient, constants)
      else if (average) updateWithAverage(weights, gradient, first, second, average, constants)
      else update(weights, gradient, first, second, constants)
    }
  }
}

function update(p: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, constants: UpdateConstants): void {
  const { scale, keep, beta1, beta2, stride, root, eps } = constants
  for (let i = 0; i < p.length; i++) {
    const gradient = (g[i] as number) * scale
    const mean = (m[i] as number) * beta1 + gradient * (1 - beta1)
    const square = (v[i] as number) * beta2 + gradient * gradient * (1 - beta2)
    m[i] = mean
    v[i] = square
    p[i] = (p[i] as number) * keep - (stride * mean) / (Math.sqrt(square) * root + eps)
  }
}

/** As `update`, with the running average in the same pass: one trip through memory. */
function updateWithAverage(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  average: Float32Array,
  constants: UpdateConstants,
): void {
  const { scale, keep, beta1, beta2, stride, root, eps, decay } = constants
  for (let i = 0; i < p.length; i++) {
    const gradient = (g[i] as number) * scale
    const mean = (m[i] as number) * beta1 + gradient * (1 - beta1)
    const square = (v[i] as number) * beta2 + gradient * gradient * (1 - beta2)
    m[i] = mean
    v[i] = square
    const weight = (p[i] as number) * keep - (stride * mean) / (Math.sqrt(square) * root + eps)
    p[i] = weight
    average[i] = (average[i] as number) * decay + weight * (1 - decay)
  }
}

function checkSettings({ betas, eps, weightDecay }: AdamWSettings): void {
  for (const beta of betas) {
    if (!(beta >= 0 && beta < 1)) throw new SettingError({ setting: 'betas', got: betas, need: 'two numbers from 0 to below 1' })
  }
  if (!(eps >= 0)) throw new SettingError({ setting: 'eps', got: eps, need: 'at least 0' })
  if (!(weightDecay >= 0)) throw new SettingError({ setting: 'weight_decay', got: weightDecay, need: 'at least 0' })
}

/** Zeroed moments, or copies of the saved ones: in the weights' slots where they have some. */
function momentsFor(
  parameters: ParameterMap,
  which: 'first' | 'second',
  saved: ParameterMap | undefined,
): Map<string, Float32Array> {
  return new Map(
    [...parameters].map(([key, weights]) => {
      const moments = slotOf(weights)?.[which] ?? new Float32Array(weights.length)
      if (saved) moments.set(checkLength(`moment of ${key}`, saved.get(key), weights.length))
      else moments.fill(0)
      return [key, moments]
    }),
  )
}

function checkLength(name: string, given: Float32Array | undefined, length: number): Float32Array {
  if (given?.length === length) return given
  throw new BatchError({ name, got: given ? `${given.length} numbers` : 'missing', need: `${length} numbers` })
}
