import { SCHEDULES } from '#shared/schema/training-settings'
import { SettingError } from '../diffusion/errors'

/** One of SCHEDULES. */
export type ScheduleName = (typeof SCHEDULES)[number]

/** A learning-rate schedule; all its factors are 1 at the end of the warm-up. */
export interface Schedule {
  readonly name: ScheduleName
  readonly warmup: number
  readonly steps: number
  /** Restarts of `cosine_with_restarts` (default 1). */
  readonly cycles?: number
  /** `polynomial`: power (default 1), and the last rate as a share of the first (default 1e-7 / rate in diffusers). */
  readonly power?: number
  readonly end?: number
}

/**
 * Factor on the learning rate at `step` (from 0): rises linearly from 0 over the warm-up, then follows its name down to step
 * `steps`. Source: get_scheduler of diffusers.optimization. Throws SettingError.
 */
export function scheduleFactor(schedule: Schedule, step: number): number {
  const { name, warmup, steps } = schedule
  if (!(SCHEDULES as readonly string[]).includes(name)) {
    throw new SettingError({ setting: 'lr_scheduler', got: name, need: `one of ${SCHEDULES.join(', ')}` })
  }
  if (name === 'constant') return 1
  if (step < warmup) return step / Math.max(1, warmup)
  const progress = (step - warmup) / Math.max(1, steps - warmup)
  return decays[name](progress, schedule)
}

const half = (cosine: number): number => Math.max(0, 0.5 * (1 + cosine))

/** Factor after the warm-up by progress, 0 at its end, 1 at the last step. */
const decays: { readonly [N in Exclude<ScheduleName, 'constant'>]: (progress: number, schedule: Schedule) => number } = {
  constant_with_warmup: () => 1,
  linear: (progress) => Math.max(0, 1 - progress),
  cosine: (progress) => half(Math.cos(Math.PI * progress)),
  cosine_with_restarts: (progress, { cycles = 1 }) => (progress >= 1 ? 0 : half(Math.cos(Math.PI * ((cycles * progress) % 1)))),
  polynomial: (progress, { power = 1, end = 1e-7 }) => (progress > 1 ? end : (1 - end) * (1 - progress) ** power + end),
}
