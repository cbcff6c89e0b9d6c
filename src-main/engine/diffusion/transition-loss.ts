import type { Builder } from '../ir/builder'
import { mulDims } from '../ir/dim'
import type { Value } from '../ir/value'

/** Keeps the adaptive weight finite where a sample's loss is 0 (the released code writes 10e-6). */
const ADAPTIVE_EPSILON = 1e-5
/** Floor of a norm in a cosine, squared; torch's eps is 1e-8. */
const SQUARED_NORM_FLOOR = 1e-16

/** The loss of a batch inside a graph. */
export interface LossValues {
  /** mean over samples of w·L/(stopgrad(L) + 1e-5), a scalar. */
  readonly loss: Value
  /** L, one number a sample: mse, plus 1 − cosine where asked for. */
  readonly perSample: Value
}

/**
 * The transition loss of F against its target, both tokens (b, n, p·p·C) with channels last; weight: (b).
 * L = mse(F, F̂) [+ mean over pixels of 1 − cos(F, F̂) over channels]; total = mean of w·L/(stopgrad(L) + 1e-5).
 * Source: TransitionSchedule.__call__ of the released code.
 */
export function transitionLoss(
  b: Builder,
  values: { readonly F: Value; readonly target: Value; readonly weight: Value },
  options: { readonly directional: boolean; readonly channels: number },
): LossValues {
  const { F, target, weight } = values
  const error = b.sub(F, target)
  let perSample = b.reduceMean(b.mul(error, error), [1, 2])
  if (options.directional) {
    const apart = oneMinusCosine(b, byPixel(b, F, options.channels), byPixel(b, target, options.channels))
    perSample = b.add(perSample, b.reduceMean(apart, [1]))
  }
  const adaptive = b.div(weight, b.shift(b.stopGradient(perSample), ADAPTIVE_EPSILON))
  return { loss: b.reduceMean(b.mul(adaptive, perSample), [0]), perSample }
}

/** REPA: mean of 1 − cosine of projected and target features, (b, n, z). A scalar. Source: arXiv 2410.06940; released trainer. */
export function projectionLoss(b: Builder, projected: Value, features: Value): Value {
  return b.reduceMean(oneMinusCosine(b, projected, features), [0, 1])
}

/** (b, n, p·p·C) → (b, n·p·p, C). */
function byPixel(b: Builder, tokens: Value, channels: number): Value {
  const [batch = 0, count = 0, width = 0] = tokens.shape
  return b.reshape(tokens, [batch, mulDims(count, Number(width) / channels), channels])
}

/** 1 − cos over the last axis. Shape: (…, C) × (…, C) → (…). */
function oneMinusCosine(b: Builder, x: Value, y: Value): Value {
  const axis = x.shape.length - 1
  const unit = (v: Value): Value => {
    const square = b.reduceSum(b.mul(v, v), [axis], true)
    return b.div(v, b.sqrt(b.max(square, b.scalar(SQUARED_NORM_FLOOR))))
  }
  return b.shift(b.neg(b.reduceSum(b.mul(unit(x), unit(y)), [axis])), 1)
}
