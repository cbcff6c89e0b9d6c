import { SettingError } from './errors'

/** Classifier-free guidance: F = F_null + scale (F_cond − F_null), inside an interval of the path. */
export interface Guidance {
  readonly scale: number
  /** Ends of the interval as shares of T_max, both excluded: with 0 to 1 the first step is unguided; an end above 1 guides it too. */
  readonly low: number
  readonly high: number
}

/** No guidance. */
export const UNGUIDED: Guidance = { scale: 1, low: 0, high: 1 }

/** Guidance of finite numbers. Throws SettingError. */
export function checkedGuidance(guidance: Guidance): Guidance {
  for (const [name, got] of Object.entries(guidance)) {
    if (!Number.isFinite(got)) throw new SettingError({ setting: `cfg_${name}`, got, need: 'a finite number' })
  }
  return guidance
}

/** Whether the step from time t is guided: only a scale above 1 does anything, and only strictly inside the interval. */
export function isGuided({ scale, low, high }: Guidance, t: number, tMax: number): boolean {
  return scale > 1 && t > low * tMax && t < high * tMax
}

/** Passes of the network over a path: 1 a step, 2 a guided step. */
export function networkPasses(guidance: Guidance, grid: Float64Array, tMax: number): number {
  return grid.slice(0, -1).reduce((passes, t) => passes + (isGuided(guidance, t, tMax) ? 2 : 1), 0)
}

/** F_null + scale (F_cond − F_null), float64. */
export function guide(cond: Float32Array, uncond: Float32Array, scale: number): Float64Array {
  return Float64Array.from(cond, (c, i) => {
    const u = uncond[i] ?? NaN
    return u + scale * (c - u)
  })
}
