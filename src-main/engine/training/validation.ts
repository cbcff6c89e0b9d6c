import { difference, differencePoint, type DerivativeInput } from '../diffusion/derivative'
import type { NetworkGraph } from '../diffusion/network'
import type { NetworkPoint } from '../diffusion/passes'
import { networkTimes, noised } from '../diffusion/path'
import { transitionTarget } from '../diffusion/target'
import type { Transport } from '../diffusion/transports/transport'
import { tensor, type Tensor } from '../ir/tensor'

/** A held-out sample with its noise, both (C,h,w). */
export interface ValidationSample<C> {
  readonly x: Tensor<'f32'>
  readonly z: Tensor<'f32'>
  /** Of one sample. */
  readonly condition: C
}

/**
 * The times of validation as shares of the transport's: early, middle and late diffusion, transitions of three lengths, and two to the
 * end. Always the same, so that one checkpoint's loss can be compared with another's.
 */
export const VALIDATION_GRID: readonly { readonly t: number; readonly r: number }[] = [
  { t: 0.2, r: 0.2 },
  { t: 0.5, r: 0.5 },
  { t: 0.8, r: 0.8 },
  { t: 0.5, r: 0.25 },
  { t: 0.8, r: 0.5 },
  { t: 0.9, r: 0.3 },
  { t: 0.5, r: 0 },
  { t: 0.95, r: 0 },
]

/** Where a network is looked at, and how its derivative is found. */
export interface ValidationSetting<C> {
  readonly transport: Transport
  readonly epsilon: number
  readonly directional: boolean
  readonly choose: NetworkGraph<C>['choose']
  /** F at a point, (B,C,H,W). */
  readonly predict: (point: NetworkPoint<C>) => Promise<Float32Array>
}

/** Mean L of every point of the grid over the samples; the derivative is the central difference. Throws what `predict` throws. */
export async function validationLosses<C>(
  samples: readonly ValidationSample<C>[],
  setting: ValidationSetting<C>,
): Promise<readonly { readonly t: number; readonly r: number; readonly loss: number }[]> {
  const { min, max } = setting.transport.time
  const points = VALIDATION_GRID.map(({ t, r }) => ({ t: min + t * (max - min), r: min + r * (max - min) }))
  const sums = points.map(() => 0)
  for (const sample of samples) {
    for (const [i, { t, r }] of points.entries()) sums[i] = (sums[i] ?? 0) + (await lossAt(sample, t, r, setting))
  }
  return points.map((point, i) => ({ ...point, loss: (sums[i] ?? 0) / samples.length }))
}

async function lossAt<C>(sample: ValidationSample<C>, t: number, r: number, setting: ValidationSetting<C>): Promise<number> {
  const { transport, epsilon, predict, choose } = setting
  const one = (values: Tensor<'f32'>): Tensor<'f32'> => tensor('f32', [1, ...values.shape], values.data)
  const input: DerivativeInput<C> = {
    x: one(sample.x),
    z: one(sample.z),
    t: Float64Array.of(t),
    r: Float64Array.of(r),
    condition: sample.condition,
  }
  const { x, z } = { x: input.x.data, z: input.z.data }
  const dF = t === r ? undefined : difference(await predict(differencePoint(transport, input, epsilon, choose)), epsilon)
  const target = transitionTarget(transport, { x, z, t: input.t, r: input.r, ...(dF && { dF }) })
  const F = await predict({
    x: tensor('f32', input.x.shape, Float32Array.from(noised(transport, { x, z, t: input.t }))),
    t: networkTimes(transport, input.t),
    r: networkTimes(transport, input.r),
    condition: input.condition,
  })
  return sampleLoss(F, target, sample.x.shape[0] ?? 1, setting.directional)
}

/** L = mse(F, F̂) [+ mean over cells of 1 − cos(F, F̂) over channels], as `transitionLoss`, in float64. F, F̂: (C,h,w). */
export function sampleLoss(F: Float32Array, target: Float64Array, channels: number, directional: boolean): number {
  const cells = F.length / channels
  let [square, apart] = [0, 0]
  for (let cell = 0; cell < cells; cell++) {
    let [dot, a, b] = [0, 0, 0]
    for (let i = cell; i < F.length; i += cells) {
      const [f, g] = [F[i] ?? 0, target[i] ?? 0]
      square += (f - g) ** 2
      dot += f * g
      a += f * f
      b += g * g
    }
    apart += 1 - dot / Math.sqrt(Math.max(a, 1e-16) * Math.max(b, 1e-16))
  }
  return square / F.length + (directional ? apart / cells : 0)
}
