import { MixturesSettings } from '#shared/schema/lab-settings'
import { defineComparison } from './comparison'

const percent = (share: number): string => `${Math.round(100 * share)} %`

export const mixtures = defineComparison<MixturesSettings>({
  name: 'mixtures',
  title: 'Mixtures',
  about: 'Shares of a batch that learn diffusion (r = t) and consistency (r at the end), against quality at few and many steps.',
  settings: MixturesSettings,
  columns: [
    { key: 'diffusion', title: 'Diffusion' },
    { key: 'consistency', title: 'Consistency' },
  ],
  variants: ({ diffusion, consistency }) =>
    diffusion.flatMap((flow) =>
      consistency.map((end) => ({
        key: `${flow}-${end}`,
        name: `${percent(flow)} × ${percent(end)}`,
        cells: { diffusion: flow, consistency: end },
        mixture: { diffusion: flow, consistency: end },
      })),
    ),
})
