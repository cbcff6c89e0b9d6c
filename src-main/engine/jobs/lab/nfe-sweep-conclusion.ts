import { join } from 'node:path'
import type { LabColumn, LabPlot, LabRow } from '#shared/schema/lab'
import type { NfeSweepSettings } from '#shared/schema/lab-settings'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { bootstrapMean, meanOf, pairedDifference, resamples, type Estimate } from '../../scoring/statistics'
import { sayTrend, trendOf } from '../../scoring/trend'
import type { Conclusion } from './experiment'
import { scoreOf, type Look } from './looks'
import type { SweepRecord } from './nfe-sweep'
import { cellsOf, finite } from './numbers'
import { classFid, genEval } from './published'

const share = (key: string, title: string): LabColumn => ({ key, title, better: 'higher', digits: 3 })
const COLUMNS: readonly LabColumn[] = [
  { key: 'nfe', title: 'Steps' },
  { key: 'pictures', title: 'Pictures' },
  share('score', 'Prompt score'),
  { key: 'scoreLow', title: 'Prompt score, 2.5 %', digits: 3 },
  { key: 'scoreHigh', title: 'Prompt score, 97.5 %', digits: 3 },
  share('thing', 'Thing first'),
  share('five', 'Thing among five'),
  share('style', 'Style'),
  share('background', 'Background'),
  { key: 'frechet', title: 'Fréchet distance', better: 'lower', digits: 2 },
  { key: 'frechetLow', title: 'Fréchet, 2.5 %', digits: 2 },
  { key: 'frechetHigh', title: 'Fréchet, 97.5 %', digits: 2 },
  { key: 'seconds', title: 'Time of a picture', unit: 's', better: 'lower', digits: 2, machine: true },
]

interface Drawn {
  readonly nfe: number
  readonly looks: readonly Look[]
  readonly seconds: readonly number[]
}

/** The file of a picture that is kept, in the run's folder. */
export function pictureFile(nfe: number, prompt: number): string {
  return join('pictures', `nfe-${nfe}-prompt-${prompt}.png`)
}

/** Table, curves and verdict of a sweep. `parts`: first prompts of its pieces. */
export function concludeSweep(
  settings: NfeSweepSettings,
  found: ReadonlyMap<string, SweepRecord>,
  parts: readonly number[],
): Conclusion {
  const distances = found.get('distances')
  const frechet = distances?.is === 'distances' ? distances : undefined
  const drawn = settings.nfe.map((nfe): Drawn => {
    const records = parts.flatMap((first) => found.get(`nfe-${nfe}-from-${first}`) ?? [])
    const own = records.flatMap((record) => (record.is === 'drawn' ? [record] : []))
    return { nfe, looks: own.flatMap(({ looks }) => looks), seconds: own.flatMap(({ seconds }) => seconds) }
  })
  const isWhole = drawn.every(({ looks }) => looks.length === settings.prompts)
  const sets = isWhole ? resamples(settings.prompts, settings.bootstrap, new RandomStream(settings.seed)) : []
  const scores = drawn.map(({ looks }) => looks.map(scoreOf))
  const estimates = scores.map((values) => bootstrapMean(values, sets))
  const rows = drawn.flatMap(({ nfe, looks, seconds }, k): LabRow[] => {
    if (looks.length === 0) return []
    const of = (name: keyof Look): number | null => finite(meanOf(looks.map((look) => Number(look[name]))))
    return [
      {
        nfe,
        pictures: looks.length,
        ...cellsOf('score', estimates[k]),
        thing: of('thing'),
        five: of('five'),
        style: of('style'),
        background: of('background'),
        ...cellsOf('frechet', frechet?.distances[k]),
        seconds: finite(meanOf(seconds)),
      },
    ]
  })
  return {
    columns: [...COLUMNS],
    rows,
    plots: plotsOf(drawn, estimates, frechet?.distances),
    findings: isWhole ? verdicts(settings, scores, sets, frechet?.changes) : [],
    published: [...genEval, ...classFid],
    pictures: drawn.flatMap(({ nfe, looks }, column) =>
      Array.from({ length: Math.min(settings.shown, looks.length) }, (_, row) => ({
        file: pictureFile(nfe, row),
        row,
        column,
        caption: `${nfe} NFE`,
      })),
    ),
  }
}

function plotsOf(drawn: readonly Drawn[], scores: readonly Estimate[], distances: readonly Estimate[] | undefined): LabPlot[] {
  const x = { title: 'Steps (NFE)', logarithmic: true }
  const points = (estimates: readonly Estimate[]): LabPlot['series'][number]['points'] =>
    drawn.flatMap(({ nfe, looks }, k) => {
      const estimate = estimates[k]
      return looks.length === 0 || !estimate ? [] : [{ x: nfe, y: estimate.value, low: estimate.low, high: estimate.high }]
    })
  return [
    { title: 'Prompt score', x, y: { title: 'Share' }, series: [{ name: 'Prompt score', points: points(scores) }] },
    { title: 'Fréchet distance', x, y: { title: 'Distance' }, series: [{ name: 'Fréchet', points: points(distances ?? []) }] },
  ]
}

function verdicts(
  { nfe }: NfeSweepSettings,
  scores: readonly (readonly number[])[],
  sets: readonly Int32Array[],
  changes: readonly Estimate[] | undefined,
): string[] {
  const names = nfe.map(String)
  const steps = scores.slice(1).map((values, k) => pairedDifference(scores[k] ?? [], values, sets))
  return [
    sayTrend('The prompt score', trendOf(steps, 'higher'), names, 3),
    ...(changes ? [sayTrend('The Fréchet distance', trendOf(changes, 'lower'), names, 2)] : []),
  ]
}
