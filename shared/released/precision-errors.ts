import type { Precision } from '../schema/recipe'

/**
 * What precisions cost: ‖a − b‖ / ‖b‖ against f32 of F of one pass, of a latent of 8 steps, and of its picture. Measured by
 * test/bench/precision.bench.ts, whose figures these are: a model's own errors are measured when it is imported.
 */
export interface PrecisionCost {
  readonly pass: number
  readonly latent: number
  readonly picture: number
}

type Costs = Readonly<Partial<Record<Precision, PrecisionCost>>>

/** Of the embedded model, over three prompts. Its own weights are stored in 16 bits. */
export const STARTER_COSTS: Costs = {
  f16: { pass: 0, latent: 0, picture: 0 },
  q8: { pass: 0.0045, latent: 0.0056, picture: 0.0036 },
  q4: { pass: 0.048, latent: 0.065, picture: 0.033 },
  int8: { pass: 0.015, latent: 0.012, picture: 0.0048 },
}

/** Of the released size on random weights, at 256². */
export const RELEASED_COSTS: Costs = {
  f16: { pass: 0.00034, latent: 0.00019, picture: 0.0004 },
  q8: { pass: 0.0038, latent: 0.0021, picture: 0.0057 },
  q4: { pass: 0.045, latent: 0.025, picture: 0.06 },
  int8: { pass: 0.0081, latent: 0.0028, picture: 0.0064 },
}
