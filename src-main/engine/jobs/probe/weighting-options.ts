import { z } from 'zod'
import { weightingType, type TimeWeighting } from '../../diffusion/weighting'

/** Options that name a weighting, as the released TransitionSchedule takes them. */
export const weightingOptions = {
  weight_time_type: z.string().default('constant'),
  weight_time_tangent: z.boolean().default(false),
  weight_time_sigmoid: z.boolean().default(false),
  weight_t_and_r: z.boolean().default(true),
  n_diffusion: z.int().min(0).default(0),
} as const

/** The weighting that the options choose; tangent goes before sigmoid, as released. Throws SettingError. */
export function chosenWeighting(options: {
  readonly weight_time_type: string
  readonly weight_time_tangent: boolean
  readonly weight_time_sigmoid: boolean
  readonly weight_t_and_r: boolean
}): TimeWeighting {
  return {
    type: weightingType(options.weight_time_type),
    stretch: options.weight_time_tangent ? 'tangent' : options.weight_time_sigmoid ? 'sigmoid' : 'plain',
    of: options.weight_t_and_r ? 't-r' : 't',
  }
}
