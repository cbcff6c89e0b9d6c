import type { Estimate } from './statistics'

/** Which way a series should go. */
export type Better = 'higher' | 'lower'

/** One step of a series that is worse than the one before it. */
export interface Fall {
  /** Places in the series. */
  readonly from: number
  readonly to: number
  readonly change: Estimate
  /** Whether the whole interval of the change lies on the wrong side: chance is no explanation. */
  readonly certain: boolean
}

/** What a series does from step to step. */
export interface Trend {
  /** No value is worse than the one before it. */
  readonly strict: boolean
  /** No step is certainly worse. */
  readonly monotonic: boolean
  readonly falls: readonly Fall[]
}

/** Looks at the changes between neighbours of a series: change k leads from place k to k + 1. A change of 0 is no fall. */
export function trendOf(changes: readonly Estimate[], better: Better): Trend {
  const sign = better === 'higher' ? 1 : -1
  const falls = changes.flatMap((change, from): Fall[] => {
    if (sign * change.value >= 0) return []
    const bestCase = better === 'higher' ? change.high : change.low
    return [{ from, to: from + 1, change, certain: sign * bestCase < 0 }]
  })
  return { strict: falls.length === 0, monotonic: falls.every(({ certain }) => !certain), falls }
}

/** A trend in words. `names` are the places of the series, such as "4" steps; `digits` after the point. */
export function sayTrend(what: string, { strict, monotonic, falls }: Trend, names: readonly string[], digits: number): string {
  if (strict) return `${what} gets better, or stays, at every step: monotonic.`
  const said = falls.map(({ from, to, change, certain }) => {
    const interval = `${change.low.toFixed(digits)} … ${change.high.toFixed(digits)}`
    const how = certain ? 'worse' : 'worse, within chance'
    return `${names[from] ?? from} → ${names[to] ?? to} is ${how} (${change.value.toFixed(digits)}; 95 %: ${interval})`
  })
  return `${what} is ${monotonic ? 'monotonic within its intervals' : 'not monotonic'}: ${said.join('; ')}.`
}
