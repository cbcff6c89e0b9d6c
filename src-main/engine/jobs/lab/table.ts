import type { LabName } from '#shared/schema/lab-settings'
import { derivatives } from './derivatives'
import type { AnyExperiment } from './experiment'
import { nfeSweep } from './nfe-sweep'
import { pathConsistency } from './path-consistency'
import { resolution } from './resolution'
import { adalnRank } from './trials/adaln-rank'
import { mixtures } from './trials/mixtures'
import { transports } from './trials/transports'
import { weightings } from './trials/weightings'

/** Every experiment by its name; the compiler rejects a missing one. */
export const experiments: { readonly [N in LabName]: AnyExperiment } = {
  'nfe-sweep': nfeSweep,
  'path-consistency': pathConsistency,
  derivatives,
  weightings,
  mixtures,
  'adaln-rank': adalnRank,
  transports,
  resolution,
}
