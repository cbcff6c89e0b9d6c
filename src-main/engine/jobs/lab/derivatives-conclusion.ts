import type { LabColumn, LabRow } from '#shared/schema/lab'
import type { DerivativesSettings } from '#shared/schema/lab-settings'
import { meanOf } from '../../scoring/statistics'
import type { DerivativeRecord } from './derivatives'
import type { Conclusion } from './experiment'
import { finite } from './numbers'
import { derivativeFigures } from './published'
import type { TrialRecord, Variant } from './trials/trial'
import { concludeTrials, triedOf } from './trials/trial-conclusion'

const NAMED: readonly LabColumn[] = [
  { key: 'way', title: 'dF/dt by' },
  { key: 'epsilon', title: 'ε' },
  { key: 'error', title: 'Error of dF/dt, mean', better: 'lower', digits: 6 },
  { key: 'worst', title: 'Error of dF/dt, worst', better: 'lower', digits: 6 },
  { key: 'seconds', title: 'Time of dF/dt', unit: 's', better: 'lower', digits: 4, machine: true },
  { key: 'bytes', title: 'Results alive at once', unit: 'MB', better: 'lower', digits: 1 },
]

/** Errors and costs on the model, beside what training made of each. */
export function concludeDerivatives(
  settings: DerivativesSettings,
  found: ReadonlyMap<string, DerivativeRecord>,
  variants: readonly Variant[],
): Conclusion {
  const trials = new Map<string, TrialRecord>()
  for (const [key, record] of found) if (!('is' in record)) trials.set(key, record)
  const tried = triedOf(trials, variants, settings.seeds)
  const trained = concludeTrials(settings, NAMED, tried)
  const errors = recordOf(found, 'errors')
  const costs = recordOf(found, 'costs')
  const rows = variants.map(({ key, cells }): LabRow => {
    const row = trained.rows[tried.findIndex(({ variant }) => variant.key === key)] ?? {}
    // A central difference costs the same whatever its ε.
    const way = key === 'jvp' ? 'jvp' : 'dde'
    const of = errors?.errors[key]
    return {
      ...cells,
      epsilon: cells['epsilon'] ?? null,
      ...(of && { error: finite(meanOf(of)), worst: finite(Math.max(...of)) }),
      ...(costs && { seconds: finite(costs.seconds[way] ?? NaN), bytes: finite((costs.bytes[way] ?? NaN) / 1e6) }),
      ...row,
    }
  })
  return {
    ...trained,
    rows,
    findings: [...(errors ? errorFindings(errors, variants) : []), ...(costs ? costFinding(costs) : []), ...trained.findings],
    published: [...derivativeFigures],
  }
}

type Kind<K> = Extract<DerivativeRecord, { is: K }>

function recordOf<K extends 'errors' | 'costs'>(found: ReadonlyMap<string, DerivativeRecord>, kind: K): Kind<K> | undefined {
  const record = found.get(kind)
  return record && 'is' in record && record.is === kind ? (record as Kind<K>) : undefined
}

function errorFindings({ errors, doubts }: Kind<'errors'>, variants: readonly Variant[]): string[] {
  const each = variants.map(({ key, name }) => `${name} ${meanOf(errors[key] ?? []).toExponential(1)}`)
  const doubt = meanOf(doubts).toExponential(1)
  return [
    `Error of dF/dt against differences extrapolated to a step of 0: ${each.join(', ')}. The reference itself is sure to about ${doubt}.`,
  ]
}

function costFinding({ seconds, bytes }: Kind<'costs'>): string[] {
  const [dde = NaN, jvp = NaN] = [seconds['dde'], seconds['jvp']]
  const memory = (bytes['jvp'] ?? NaN) / (bytes['dde'] ?? NaN)
  return [
    `dF/dt by JVP takes ${(jvp / dde).toFixed(2)} times as long as by DDE, and ${memory.toFixed(2)} times the memory for results alive at once.`,
  ]
}
