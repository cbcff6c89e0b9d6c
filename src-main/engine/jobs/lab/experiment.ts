import type { z } from 'zod'
import type { LabName } from '#shared/schema/lab-settings'
import type { LabResult, LabTask } from '#shared/schema/lab'
import type { ModelFolder } from '../../weights/manifest'
import type { LatentSet } from './latent-set'

/** A part of an experiment that is measured in one go and then kept. */
export interface Piece {
  /** Names it on disk: letters, digits, dots and dashes. */
  readonly key: string
  /** What it measures, for the reader. */
  readonly what: string
}

/** What experiments work with. */
export interface LabBench {
  readonly task: LabTask
  readonly model: ModelFolder
  readonly set: LatentSet
}

/** What a measurement may say and must heed while it goes. */
export interface Hearing {
  readonly signal: AbortSignal
  /** How far it is, 0 … 1; lets a request to stop in. Throws the signal's reason. */
  readonly progress: (share: number) => Promise<void>
  readonly note: (text: string) => void
}

/** An experiment's instruments, opened: models and sessions that its pieces share. M is what a piece finds, plain data. */
export interface Instrument<M> {
  /** `found` has what earlier pieces found, by key. */
  measure(piece: Piece, hearing: Hearing, found: ReadonlyMap<string, M>): Promise<M>
  release(): Promise<void>
}

/** What pieces say together: all of a result that is not the same for every experiment. */
export type Conclusion = Pick<LabResult, 'columns' | 'rows' | 'plots' | 'findings' | 'published' | 'pictures'>

/** An experiment. S: its settings, M: what a piece finds. */
export interface Experiment<S, M> {
  readonly name: LabName
  readonly title: string
  /** What it shows, in a sentence. */
  readonly about: string
  readonly settings: z.ZodType<S>
  readonly measurement: z.ZodType<M>
  /** In the order in which they are measured. Throws EngineError where the settings do not fit the model. */
  pieces(settings: S, bench: LabBench): readonly Piece[]
  open(settings: S, bench: LabBench): Promise<Instrument<M>>
  /** Pure. `found` has what was measured so far, by key. */
  conclude(settings: S, found: ReadonlyMap<string, M>): Conclusion
}

/** An experiment with its settings, its types closed over. */
export interface BoundExperiment {
  readonly title: string
  readonly pieces: readonly Piece[]
  /** Whether this is what a piece finds. */
  accepts(record: unknown): boolean
  open(): Promise<Instrument<unknown>>
  conclude(found: ReadonlyMap<string, unknown>): Conclusion
}

/** An experiment as the table of all holds it. */
export interface AnyExperiment {
  readonly name: LabName
  readonly title: string
  readonly about: string
  bind(settings: unknown, bench: LabBench): BoundExperiment
}

/** Closes over an experiment's types. */
export function defineExperiment<S, M>(experiment: Experiment<S, M>): AnyExperiment {
  const { name, title, about, measurement } = experiment
  const read = (found: ReadonlyMap<string, unknown>): ReadonlyMap<string, M> =>
    new Map([...found].map(([key, record]) => [key, measurement.parse(record)]))
  return {
    name,
    title,
    about,
    bind(given, bench) {
      const settings = experiment.settings.parse(given)
      return {
        title,
        pieces: experiment.pieces(settings, bench),
        accepts: (record) => measurement.safeParse(record).success,
        open: async () => {
          const instrument = await experiment.open(settings, bench)
          return {
            measure: (piece, hearing, found) => instrument.measure(piece, hearing, read(found)),
            release: () => instrument.release(),
          }
        },
        conclude: (found) => experiment.conclude(settings, read(found)),
      }
    },
  }
}
