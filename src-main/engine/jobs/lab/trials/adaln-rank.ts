import { AdalnRankSettings } from '#shared/schema/lab-settings'
import { defineComparison } from './comparison'

const SHARES = { '1/6': 1 / 6, '1/4': 1 / 4, '1/3': 1 / 3, '1/2': 1 / 2, '3/4': 3 / 4, '1': 1 } as const

export const adalnRank = defineComparison<AdalnRankSettings>({
  name: 'adaln-rank',
  title: 'Rank of the modulation',
  about: 'The inner width of each block’s modulation by time: a third of the network’s against a half.',
  settings: AdalnRankSettings,
  columns: [
    { key: 'share', title: 'Rank / D' },
    { key: 'rank', title: 'Rank' },
  ],
  variants: ({ ranks, width }) =>
    ranks.map((share) => {
      const rank = Math.round(width * SHARES[share])
      return { key: `rank-${rank}`, name: `D·${share}`, cells: { share, rank }, rank }
    }),
})
