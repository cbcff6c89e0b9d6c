import type { Random } from '../random'

/** The five released transports, by the class names of the released code. */
export type TransportName = 'OT_FM' | 'TrigFlow' | 'EDM' | 'VP_SDE' | 'VE_SDE'

/** x_t = α x + σ z, and the time derivatives of α and σ. */
export interface Interpolant {
  readonly alpha: number
  readonly sigma: number
  readonly alphaDot: number
  readonly sigmaDot: number
}

/**
 * The regression target as a linear form, F̂ = base + rest. `base` is what a network with r = t learns; guidance may replace it
 * (see ../target.ts). `rest` carries the transition: dF stands for dF/dt along the path from x and z.
 */
export interface TargetTerms {
  readonly base: { readonly x: number; readonly z: number }
  readonly rest: { readonly x: number; readonly z: number; readonly dF: number }
}

/** x_r = xt·x_t + F·F(x_t, t, r) + noise·ε, ε ~ N(0, 1). */
export interface StepTerms {
  readonly xt: number
  readonly F: number
  readonly noise: number
}

/** One way from data x to noise z and back: all its formulas, with its parameters already bound. Times are float64. */
export interface Transport {
  readonly name: TransportName
  /** The times a path runs through, from noise (max) to data (min). */
  readonly time: { readonly max: number; readonly min: number }
  /** Scale that the time weighting adds to a time difference (released `sigma_d`). */
  readonly sigmaD: number
  /** True where the network is defined on [min, max] only, so that a central difference must not leave it. */
  readonly bounded: boolean
  interpolant(t: number): Interpolant
  /** c_noise(t): the time that the network sees. */
  networkTime(t: number): number
  /** d c_noise / dt. */
  networkTimeRate(t: number): number
  target(t: number, r: number): TargetTerms
  /** `stochasticity` s ≥ 0 re-noises the step where the transport defines that (OT-FM); elsewhere it has no effect, as released. */
  step(t: number, r: number, stochasticity?: number): StepTerms
  /** One training time from the released distribution. */
  drawTime(random: Random): number
}

/** How a transport is made: the released parameter names with their released defaults, and the formulas bound to a choice of them. */
export interface TransportFamily {
  readonly defaults: Readonly<Record<string, number>>
  readonly bind: (overrides: Readonly<Record<string, number>>) => Transport
}

/** A family from its defaults and its formulas. */
export function family<P extends string>(
  defaults: Readonly<Record<P, number>>,
  formulas: (parameters: Readonly<Record<P, number>>) => Transport,
): TransportFamily {
  return { defaults, bind: (overrides) => formulas({ ...defaults, ...overrides }) }
}
