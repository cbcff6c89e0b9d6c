import type { LabPlot, LabRow } from '#shared/schema/lab'
import type { PathConsistencySettings } from '#shared/schema/lab-settings'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { bootstrapMean, meanOf, resamples } from '../../scoring/statistics'
import type { Conclusion } from './experiment'
import { cellsOf } from './numbers'
import type { PathRecord } from './path-consistency'

interface Measured {
  readonly t: number
  readonly r: number
  readonly record: PathRecord
}

/** Table and curves of path consistency: distances as shares of the way. */
export function concludePaths(settings: PathConsistencySettings, measured: readonly Measured[]): Conclusion {
  const sets = resamples(settings.samples, settings.bootstrap, new RandomStream(settings.seed))
  const rows = measured.flatMap(({ t, r, record }): LabRow[] =>
    settings.jumps.map((jumps, k) => ({
      t,
      r,
      jumps,
      ...cellsOf('apart', bootstrapMean(record.apart[k] ?? [], sets)),
      ...cellsOf('straight', bootstrapMean(record.straight, sets)),
      states: record.fromSet ? 'noised pictures' : 'own path',
    })),
  )
  return {
    columns: [
      { key: 't', title: 't' },
      { key: 'r', title: 'r' },
      { key: 'jumps', title: 'Jumps' },
      { key: 'apart', title: 'One jump against them', unit: 'share of the way', better: 'lower', digits: 4 },
      { key: 'apartLow', title: '2.5 %', digits: 4 },
      { key: 'apartHigh', title: '97.5 %', digits: 4 },
      { key: 'straight', title: 'A straight step against the most jumps', unit: 'share of the way', better: 'lower', digits: 4 },
      { key: 'straightLow', title: 'Straight, 2.5 %', digits: 4 },
      { key: 'straightHigh', title: 'Straight, 97.5 %', digits: 4 },
      { key: 'states', title: 'States' },
    ],
    rows,
    plots: [plotOf(settings, measured)],
    findings: findingsOf(settings, measured),
    published: [],
    pictures: [],
  }
}

/** Mean over the pairs of each span t − r. */
function plotOf({ jumps }: PathConsistencySettings, measured: readonly Measured[]): LabPlot {
  const spans = [...new Set(measured.map(({ t, r }) => spanOf(t, r)))].sort((a, b) => a - b)
  const points = (values: (record: PathRecord) => readonly number[]): LabPlot['series'][number]['points'] =>
    spans.map((span) => {
      const there = measured.filter(({ t, r }) => spanOf(t, r) === span)
      return { x: span, y: meanOf(there.map(({ record }) => meanOf([...values(record)]))) }
    })
  return {
    title: 'One jump against several',
    x: { title: 't − r' },
    y: { title: 'Share of the way' },
    series: [
      ...jumps.map((count, k) => ({ name: `${count} jumps`, points: points(({ apart }) => apart[k] ?? []) })),
      { name: 'straight step', points: points(({ straight }) => straight) },
    ],
  }
}

function findingsOf({ jumps }: PathConsistencySettings, measured: readonly Measured[]): string[] {
  if (measured.length === 0) return []
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
  const over = (values: (record: PathRecord) => readonly number[]): number =>
    meanOf(measured.map(({ record }) => meanOf([...values(record)])))
  const last = jumps.length - 1
  const worst = measured.reduce((a, b) =>
    meanOf([...(b.record.apart[last] ?? [])]) > meanOf([...(a.record.apart[last] ?? [])]) ? b : a,
  )
  const each = jumps.map((count, k) => `${percent(over(({ apart }) => apart[k] ?? []))} from ${count} jumps`)
  return [
    `Over all pairs one jump lands ${each.join(', ')}; a straight step lands ${percent(over(({ straight }) => straight))} away.`,
    `Furthest apart: ${worst.t} → ${worst.r}, ${percent(meanOf([...(worst.record.apart[last] ?? [])]))}.`,
  ]
}

/** t − r without what rounding adds. */
function spanOf(t: number, r: number): number {
  return Number((t - r).toFixed(6))
}
