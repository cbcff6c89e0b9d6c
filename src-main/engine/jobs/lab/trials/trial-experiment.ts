import { join } from 'node:path'
import type { TrialSettings } from '#shared/schema/lab-settings'
import { openEvaluator } from '../../../scoring/evaluator'
import { FrechetSpace } from '../../../scoring/frechet'
import { openModelFolder } from '../../../weights/manifest'
import { openDecoder } from '../../generate/open-decoder'
import type { Hearing, LabBench, Piece } from '../experiment'
import { threadsOf, truthFeatures } from '../truth'
import { runTrial } from './run-trial'
import type { Scorer } from './score-network'
import type { TrialRecord, Variant } from './trial'
import { trialData } from './trial-data'

/** Runs the trainings of an experiment; opens what scores need at the first of them. */
export class TrialBench {
  private scorer: Promise<Scorer> | undefined

  constructor(
    private readonly settings: TrialSettings,
    private readonly bench: LabBench,
    private readonly variants: readonly Variant[],
  ) {}

  /** Trains what a piece of `trialPieces` names. */
  async measure({ key }: Piece, hearing: Hearing): Promise<TrialRecord> {
    const [, name = '', repetition = '0'] = /^trial-(.+)-(\d+)$/.exec(key) ?? []
    const variant = this.variants.find((each) => each.key === name)
    if (!variant) throw new RangeError(`There is no variant '${name}'.`)
    const scorer = await (this.scorer ??= this.open(hearing).catch((error: unknown) => {
      // Stopped while it was opened: the next piece opens it anew.
      this.scorer = undefined
      throw error
    }))
    const { task } = this.bench
    const trial = { settings: this.settings, variant, repetition: Number(repetition), folder: join(task.folder, 'trials', key) }
    return runTrial({ ...trial, ...threadsOf(task) }, scorer, hearing)
  }

  async release(): Promise<void> {
    const scorer = await this.scorer
    this.scorer = undefined
    await scorer?.decoder.release()
    await scorer?.evaluator.release()
  }

  private async open({ progress, signal }: Hearing): Promise<Scorer> {
    const { bench, settings } = this
    const data = await trialData(bench, settings, signal)
    const evaluator = await openEvaluator(bench.task.evaluator, bench.task.threads)
    const latents = data.trained.map(({ latent }) => latent)
    const truth = new FrechetSpace(await truthFeatures(bench, evaluator, latents, () => progress(0)))
    const decoder = openDecoder(openModelFolder(bench.task.evaluator), threadsOf(bench.task))
    return { data, evaluator, decoder, truth }
  }
}

/** A piece for each repetition of each variant; all variants once before any of them twice. */
export function trialPieces(variants: readonly Variant[], { seeds }: Pick<TrialSettings, 'seeds'>): Piece[] {
  return Array.from({ length: seeds }, (_, repetition) =>
    variants.map(({ key, name }) => ({ key: pieceKey(key, repetition), what: `${name}, repetition ${repetition + 1}` })),
  ).flat()
}

/** The repetitions of a variant that were measured. */
export function trialsOf<M>(found: ReadonlyMap<string, M>, { key }: Variant, seeds: number): M[] {
  return Array.from({ length: seeds }, (_, repetition) => found.get(pieceKey(key, repetition))).filter(
    (each) => each !== undefined,
  )
}

function pieceKey(variant: string, repetition: number): string {
  return `trial-${variant}-${repetition}`
}
