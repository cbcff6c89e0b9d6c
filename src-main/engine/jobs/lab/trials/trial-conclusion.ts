import type { LabColumn, LabPlot, LabRow } from '#shared/schema/lab'
import type { TrialSettings } from '#shared/schema/lab-settings'
import { meanOf, varianceOf } from '../../../scoring/statistics'
import type { Conclusion } from '../experiment'
import { finite } from '../numbers'
import type { TrialRecord, Variant } from './trial'
import { trialsOf } from './trial-experiment'

/** Mean of the numbers that are there, and their deviation; null where there are none. */
interface Spread {
  readonly mean: number | null
  readonly deviation: number | null
}

/** A variant with what its repetitions found. */
export interface Tried {
  readonly variant: Variant
  readonly trials: readonly TrialRecord[]
}

/** The variants of which something was measured. */
export function triedOf(found: ReadonlyMap<string, TrialRecord>, variants: readonly Variant[], seeds: number): Tried[] {
  return variants
    .map((variant) => ({ variant, trials: trialsOf(found, variant, seeds) }))
    .filter(({ trials }) => trials.length > 0)
}

/** Table, plots and findings of variants side by side. `losses`: whether their losses are of one measure. */
export function concludeTrials(
  settings: TrialSettings,
  named: readonly LabColumn[],
  tried: readonly Tried[],
  losses = true,
): Conclusion {
  return {
    columns: [...named, ...columnsOf(settings)],
    rows: tried.map((each) => rowOf(settings, each)),
    plots: plotsOf(settings, tried, losses),
    findings: tried.length < 2 ? [] : settings.nfe.map((nfe) => bestAt(nfe, tried)),
    published: [],
    pictures: [],
  }
}

function columnsOf({ nfe, pictures }: TrialSettings): LabColumn[] {
  const isNamed = pictures === undefined
  return [
    { key: 'seeds', title: 'Repetitions' },
    { key: 'parameters', title: 'Parameters' },
    ...nfe.flatMap((n): LabColumn[] => [
      ...(isNamed
        ? [
            { key: `thing${n}`, title: `Thing first at ${n} NFE`, better: 'higher' as const, digits: 3 },
            { key: `thing${n}Spread`, title: `deviation at ${n} NFE`, digits: 3 },
            { key: `style${n}`, title: `Style at ${n} NFE`, better: 'higher' as const, digits: 3 },
          ]
        : []),
      { key: `frechet${n}`, title: `Fréchet at ${n} NFE`, better: 'lower', digits: 2 },
      { key: `frechet${n}Spread`, title: `Fréchet deviation at ${n} NFE`, digits: 2 },
    ]),
    { key: 'heldOut', title: 'Loss on held-out pictures', better: 'lower', digits: 4 },
    { key: 'lossMean', title: 'Loss in training', digits: 4 },
    { key: 'lossVariance', title: 'Variance of the loss', better: 'lower', digits: 5 },
    { key: 'nonFinite', title: 'Steps not finite', better: 'lower' },
    { key: 'secondsPerStep', title: 'Time of a step', unit: 's', better: 'lower', digits: 4, machine: true },
  ]
}

function rowOf({ nfe, pictures }: TrialSettings, { variant, trials }: Tried): LabRow {
  const over = (read: (trial: TrialRecord) => number | null): Spread => spreadOf(trials.map(read))
  const at = (n: number, what: 'thing' | 'style' | 'frechet'): Spread =>
    over(({ scores }) => scores.find((score) => score.nfe === n)?.[what] ?? null)
  const scores = nfe.flatMap((n) => [
    ...(pictures === undefined
      ? [
          [`thing${n}`, at(n, 'thing').mean] as const,
          [`thing${n}Spread`, at(n, 'thing').deviation] as const,
          [`style${n}`, at(n, 'style').mean] as const,
        ]
      : []),
    [`frechet${n}`, at(n, 'frechet').mean] as const,
    [`frechet${n}Spread`, at(n, 'frechet').deviation] as const,
  ])
  return {
    ...variant.cells,
    seeds: trials.length,
    parameters: trials[0]?.parameters ?? 0,
    ...Object.fromEntries(scores),
    heldOut: over(({ looks }) => looks.at(-1)?.loss ?? null).mean,
    lossMean: over(({ lossMean }) => lossMean).mean,
    lossVariance: over(({ lossVariance }) => lossVariance).mean,
    nonFinite: trials.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    secondsPerStep: over(({ secondsPerStep }) => secondsPerStep).mean,
  }
}

function plotsOf({ nfe }: TrialSettings, tried: readonly Tried[], losses: boolean): LabPlot[] {
  const steps = { title: 'Steps (NFE)', logarithmic: true }
  const score = (what: 'thing' | 'frechet'): LabPlot['series'] =>
    tried.map(({ variant, trials }) => ({
      name: variant.name,
      points: nfe.flatMap((n) => {
        const { mean, deviation } = spreadOf(trials.map(({ scores }) => scores.find((each) => each.nfe === n)?.[what] ?? null))
        return mean === null ? [] : [{ x: n, y: mean, low: mean - (deviation ?? 0), high: mean + (deviation ?? 0) }]
      }),
    }))
  const drift = tried.map(({ variant, trials }) => ({
    name: variant.name,
    points: (trials[0]?.looks ?? []).flatMap(({ step }, k) => {
      const { mean } = spreadOf(trials.map(({ looks }) => looks[k]?.loss ?? null))
      return mean === null ? [] : [{ x: step, y: mean }]
    }),
  }))
  return [
    { title: 'Thing first', x: steps, y: { title: 'Share of pictures' }, series: score('thing') },
    { title: 'Fréchet distance', x: steps, y: { title: 'Distance' }, series: score('frechet') },
    ...(losses
      ? [{ title: 'Loss on held-out pictures', x: { title: 'Step of training' }, y: { title: 'Loss' }, series: drift }]
      : []),
  ]
}

/** The variant with the least distance, and whether the next one is further away than the repetitions spread. */
function bestAt(nfe: number, tried: readonly Tried[]): string {
  const ranked = tried
    .map(({ variant, trials }) => ({
      variant,
      spread: spreadOf(trials.map(({ scores }) => scores.find((score) => score.nfe === nfe)?.frechet ?? null)),
    }))
    .flatMap(({ variant, spread: { mean, deviation } }) => (mean === null ? [] : [{ variant, mean, deviation: deviation ?? 0 }]))
    .sort((a, b) => a.mean - b.mean)
  const [best, next] = ranked
  if (!best || !next) return `At ${nfe} NFE nothing can be compared yet.`
  const isClear = next.mean - best.mean > best.deviation + next.deviation && best.deviation > 0
  const how = isClear ? 'further away than the repetitions spread' : 'no further away than the repetitions spread'
  return `At ${nfe} NFE ${best.variant.name} has the least Fréchet distance (${best.mean.toFixed(2)}), then ${next.variant.name} (${next.mean.toFixed(2)}), ${how}.`
}

/** Mean and deviation of what is not null. */
function spreadOf(values: readonly (number | null)[]): Spread {
  const numbers = values.filter((value) => value !== null)
  if (numbers.length === 0) return { mean: null, deviation: null }
  return { mean: finite(meanOf(numbers)), deviation: finite(Math.sqrt(varianceOf(numbers))) }
}
