import type { LabColumn } from '#shared/schema/lab'
import type { LabName, TrialSettings } from '#shared/schema/lab-settings'
import type { z } from 'zod'
import { defineExperiment, type AnyExperiment } from '../experiment'
import { TrialRecord, type Variant } from './trial'
import { concludeTrials, triedOf } from './trial-conclusion'
import { TrialBench, trialPieces } from './trial-experiment'

/** An experiment that only compares ways of training. */
export interface Comparison<S extends TrialSettings> {
  readonly name: LabName
  readonly title: string
  readonly about: string
  readonly settings: z.ZodType<S>
  /** What sets its variants apart: the keys of their cells. */
  readonly columns: readonly LabColumn[]
  readonly variants: (settings: S) => readonly Variant[]
  /** Whether losses of different variants are of one measure (default: yes). */
  readonly comparableLosses?: boolean
}

/** Makes an experiment of a comparison. */
export function defineComparison<S extends TrialSettings>(comparison: Comparison<S>): AnyExperiment {
  const { name, title, about, settings, columns, variants, comparableLosses } = comparison
  return defineExperiment<S, TrialRecord>({
    name,
    title,
    about,
    settings,
    measurement: TrialRecord,
    pieces: (given) => trialPieces(variants(given), given),
    open: (given, bench) => Promise.resolve(new TrialBench(given, bench, variants(given))),
    conclude: (given, found) => concludeTrials(given, columns, triedOf(found, variants(given), given.seeds), comparableLosses),
  })
}
