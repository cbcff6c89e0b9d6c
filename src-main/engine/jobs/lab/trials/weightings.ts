import { WeightingsSettings } from '#shared/schema/lab-settings'
import { defineComparison } from './comparison'
import type { Variant } from './trial'

const TIMES = { plain: 't', sigmoid: 't/(1 − t)', tangent: 'tan t' } as const
const NAMES = {
  constant: 'none',
  reciprocal: 'reciprocal',
  sqrt: 'sqrt',
  square: 'square',
  'Soft-Min-SNR': 'Soft-Min-SNR',
} as const

export const weightings = defineComparison<WeightingsSettings>({
  name: 'weightings',
  title: 'Interval weightings',
  about: 'How much long jumps count in training: five weightings of t − r, with time as it is or stretched.',
  settings: WeightingsSettings,
  columns: [
    { key: 'weighting', title: 'Weighting' },
    { key: 'time', title: 'Time' },
  ],
  variants: ({ weightings: types, times }) =>
    types.flatMap((type): Variant[] => {
      // Without weighting time does not matter: it is trained once.
      const stretches = type === 'constant' ? times.slice(0, 1) : times
      return stretches.map((stretch) => ({
        key: type === 'constant' ? 'none' : `${type}-${stretch}`,
        name: type === 'constant' ? 'none' : `${NAMES[type]} of ${TIMES[stretch]}`,
        cells: { weighting: NAMES[type], time: type === 'constant' ? '' : TIMES[stretch] },
        objective: { weighting: { type, stretch, of: 't-r' } },
      }))
    }),
})
