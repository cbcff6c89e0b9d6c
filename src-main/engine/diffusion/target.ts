import { SettingError } from './errors'
import { linear, type Numbers, type Term } from './linear'
import type { PathPoint } from './path'
import type { Transport } from './transports/transport'

/**
 * The enhanced target's weights: for t in [start, end] the diffusion part of the target becomes
 * gt · base + cond · F_cond + (1 − gt − cond) · F_null, which trains guidance into the network.
 */
export interface Enhancement {
  readonly gt: number
  readonly cond: number
  readonly start: number
  readonly end: number
}

/** The released defaults: no enhancement at any time. */
export const NO_ENHANCEMENT: Enhancement = { gt: 1, cond: 0, start: 0, end: 1 }

/** An Enhancement from finite numbers. Throws SettingError. */
export function checkedEnhancement(enhancement: Enhancement): Enhancement {
  for (const [name, value] of Object.entries(enhancement)) {
    if (!Number.isFinite(value)) throw new SettingError({ setting: `enhanced.w_${name}`, got: value, need: 'a finite number' })
  }
  return enhancement
}

/** What a target is made of. dF: (B, …), zero or absent for pure diffusion. */
export interface TargetInput extends PathPoint {
  readonly r: Float64Array
  readonly dF?: Numbers
  readonly enhanced?: { readonly by: Enhancement; readonly cond?: Numbers; readonly uncond: Numbers }
}

/**
 * F̂, what F(x_t, t, r) should be: base + rest of the transport, the base enhanced where asked. Shape: (B, …). Float64.
 * Samples with dF coefficient 0 (t = r) do not read dF. Throws BatchError.
 */
export function transitionTarget(transport: Transport, input: TargetInput): Float64Array {
  const { x, z, t, r, dF, enhanced } = input
  const at = Array.from(t, (time, i) => transport.target(time, r[i] ?? time))
  const mix = Array.from(t, (time) => mixture(time, enhanced?.by))
  const terms: Term[] = [
    { name: 'x', data: x, coefficient: (i) => (mix[i]?.gt ?? 1) * (at[i]?.base.x ?? 0) + (at[i]?.rest.x ?? 0) },
    { name: 'z', data: z, coefficient: (i) => (mix[i]?.gt ?? 1) * (at[i]?.base.z ?? 0) + (at[i]?.rest.z ?? 0) },
  ]
  if (dF) terms.push({ name: 'dF_dt', data: dF, coefficient: (i) => at[i]?.rest.dF ?? 0 })
  if (enhanced?.cond) terms.push({ name: 'F_cond', data: enhanced.cond, coefficient: (i) => mix[i]?.cond ?? 0 })
  if (enhanced) terms.push({ name: 'F_uncond', data: enhanced.uncond, coefficient: (i) => mix[i]?.uncond ?? 0 })
  return linear(t.length, terms)
}

function mixture(t: number, by: Enhancement | undefined): { gt: number; cond: number; uncond: number } {
  if (!by || t < by.start || t > by.end) return { gt: 1, cond: 0, uncond: 0 }
  return { gt: by.gt, cond: by.cond, uncond: 1 - by.gt - by.cond }
}
