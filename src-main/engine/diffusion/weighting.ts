import { SettingError } from './errors'

/** w(δ) for a time difference δ; σ_d keeps it finite at δ = 0. Released names. */
const kinds = {
  constant: () => 1,
  reciprocal: (delta: number, sigmaD: number) => 1 / (delta + sigmaD),
  sqrt: (delta: number, sigmaD: number) => 1 / Math.sqrt(delta + sigmaD),
  square: (delta: number, sigmaD: number) => 1 / (delta + sigmaD) ** 2,
  'Soft-Min-SNR': (delta: number, sigmaD: number) => 1 / (delta ** 2 + sigmaD ** 2),
} as const

/** How times are stretched before the difference is taken: t, tan t or t/(1−t). */
const stretches = {
  plain: (t: number) => t,
  tangent: (t: number) => Math.tan(t),
  sigmoid: (t: number) => t / (1 - t),
} as const

/** The released weightings of a sample's loss by its times. */
export interface TimeWeighting {
  readonly type: keyof typeof kinds
  readonly stretch: keyof typeof stretches
  /** δ = t − r, or t alone. */
  readonly of: 't-r' | 't'
}

/** What the released models were trained with: 1/√(σ_d + tan t − tan r). */
export const RELEASED_WEIGHTING: TimeWeighting = { type: 'sqrt', stretch: 'tangent', of: 't-r' }

/** A weighting's type by its released name. Throws SettingError. */
export function weightingType(name: unknown): TimeWeighting['type'] {
  if (typeof name === 'string' && Object.hasOwn(kinds, name)) return name as TimeWeighting['type']
  throw new SettingError({ setting: 'weight_time_type', got: name, need: `one of ${Object.keys(kinds).join(', ')}` })
}

/** w(t, r) per sample; the first `nDiffusion` samples (those with r = t by design) weigh 1. Float64. */
export function timeWeights(
  weighting: TimeWeighting,
  sigmaD: number,
  { t, r, nDiffusion }: { readonly t: Float64Array; readonly r: Float64Array; readonly nDiffusion: number },
): Float64Array {
  const stretch = stretches[weighting.stretch]
  const kind = kinds[weighting.type]
  return t.map((time, i) => {
    if (i < nDiffusion) return 1
    const late = stretch(time)
    return kind(weighting.of === 't' ? late : late - stretch(r[i] ?? time), sigmaD)
  })
}
