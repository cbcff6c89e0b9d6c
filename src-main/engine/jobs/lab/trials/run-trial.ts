import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { TrialSettings } from '#shared/schema/lab-settings'
import { RandomStream } from '../../../diffusion/noise/random-stream'
import { TransitionObjective } from '../../../diffusion/objective'
import { onFile } from '../../../files/file-error'
import { f32, sizeOf } from '../../../ir/tensor'
import { initialiseTim } from '../../../models/tim/initialise'
import { TimNetwork } from '../../../models/tim/network'
import { timNetworkGraph, type TimCondition } from '../../../models/tim/network-graph'
import { timParameters } from '../../../models/tim/parameters'
import { meanOf, varianceOf } from '../../../scoring/statistics'
import type { ParameterMap } from '../../../training/adamw'
import { RunFolder } from '../../../training/run-folder'
import { Trainer } from '../../../training/trainer'
import { inUpdateMemory } from '../../../training/update-memory'
import type { Hearing } from '../experiment'
import { finite, Finite } from '../numbers'
import { heldOutLoss, scoreNetwork, type Scorer } from './score-network'
import { trialConfig, trialObjective, trialTraining, type TrialRecord, type Variant } from './trial'
import { LatentSource } from './trial-data'

/** One training of one variant. */
export interface Trial {
  readonly settings: TrialSettings
  readonly variant: Variant
  /** Which repetition, from 0. */
  readonly repetition: number
  /** Checkpoint and log, until it is over. */
  readonly folder: string
  readonly threads?: number
}

/** A line of a trial's log: a step, or a look at the held-out latents after it. */
const Line = z.union([
  z.object({ step: z.int(), loss: Finite, updated: z.boolean(), seconds: z.number() }),
  z.object({ step: z.int(), heldOut: Finite }),
])

/** Share of a trial's time that training takes, about: the rest is drawing. */
const TRAINING = 0.8

/**
 * Trains a small network from nothing and scores it. Stopped, it leaves a checkpoint from which the same trial goes on, to the same numbers.
 * Its folder is removed when it is over.
 */
export async function runTrial(trial: Trial, scorer: Scorer, hearing: Hearing): Promise<TrialRecord> {
  const { settings, variant, repetition } = trial
  const training = trialTraining(settings, variant, repetition)
  const config = trialConfig(settings, variant, scorer.data.shape, scorer.data.classCount)
  const shapes = timParameters(config, { projector: false })
  const graph = timNetworkGraph(config)
  const folder = new RunFolder(trial.folder, 1)
  const saved = await folder.resume()
  const start = initialiseTim(shapes, new RandomStream(training.seed))
  const placed = inUpdateMemory(new Map(Object.entries(start).map(([key, { data }]) => [key, data])), { average: true })
  const weights = Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, placed.get(key) ?? [])]))
  const objective = trialObjective(variant, [...shapes.keys()])
  const runtime = trial.threads === undefined ? {} : { threads: trial.threads }
  const learner = new TransitionObjective<TimCondition>(graph, { network: weights }, objective, runtime)
  const trainer = new Trainer(learner, new LatentSource(scorer.data, training.seed, saved?.state.place), training, saved)
  const averaged = (): TimNetwork => new TimNetwork(config, { ...runtime, weights: tensorsOf(shapes, trainer.average) })
  try {
    await learn(trainer, folder, shapes, settings, hearing, async () => {
      const network = averaged()
      const loss = await heldOutLoss(network, learner.transport, scorer.data, settings.seed, graph.choose)
      await network.release()
      return loss
    })
  } finally {
    await learner.release()
  }
  const network = averaged()
  const scores: TrialRecord['scores'] = []
  for (const [i, nfe] of settings.nfe.entries()) {
    const how = { nfe, count: settings.drawn, seed: settings.seed }
    const progress = (share: number): Promise<void> =>
      hearing.progress(TRAINING + ((1 - TRAINING) * (i + share)) / settings.nfe.length)
    scores.push(await scoreNetwork(network, learner.transport, scorer, how, progress))
  }
  await network.release()
  const record = {
    parameters: [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0),
    ...fromLog(trial.folder),
    scores,
  }
  onFile(trial.folder, () => rmSync(trial.folder, { recursive: true, force: true }))
  return record
}

async function learn(
  trainer: Trainer<TimCondition>,
  folder: RunFolder,
  shapes: ReadonlyMap<string, readonly number[]>,
  { steps, looks }: TrialSettings,
  { progress }: Hearing,
  look: () => Promise<number>,
): Promise<void> {
  const due = new Set(Array.from({ length: looks }, (_, i) => Math.round(((i + 1) * steps) / looks)))
  const known = new Set(linesOf(folder.path).flatMap((line) => ('heldOut' in line ? [line.step] : [])))
  for (;;) {
    if (due.has(trainer.step) && !known.has(trainer.step)) {
      folder.log({ step: trainer.step, ...{ heldOut: finite(await look()) } })
      known.add(trainer.step)
    }
    if (trainer.step >= steps) break
    try {
      await progress((TRAINING * trainer.step) / steps)
    } catch (stopped) {
      if (trainer.step > 0) await folder.save(trainer.checkpoint, shapes)
      throw stopped
    }
    const { step, samples, updated, seconds } = await trainer.next()
    // The loss that is trained on is divided by itself, and says nothing.
    const loss = finite(meanOf(samples.map((sample) => sample.loss)))
    folder.log({ step, ...{ loss, updated, seconds } })
  }
  await folder.save(trainer.checkpoint, shapes)
}

function tensorsOf(shapes: ReadonlyMap<string, readonly number[]>, values: ParameterMap | undefined) {
  return Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, values?.get(key) ?? [])]))
}

/** What the log of a whole run says. */
function fromLog(folder: string): Pick<TrialRecord, 'lossMean' | 'lossVariance' | 'nonFinite' | 'looks' | 'secondsPerStep'> {
  const lines = linesOf(folder)
  const steps = lines.flatMap((line) => ('loss' in line ? [line] : []))
  const late = steps.slice(steps.length >> 1).flatMap(({ loss, updated }) => (updated && loss !== null ? [loss] : []))
  return {
    lossMean: finite(meanOf(late)),
    lossVariance: late.length === 0 ? null : varianceOf(late),
    nonFinite: steps.filter(({ updated }) => !updated).length,
    looks: lines.flatMap((line) => ('heldOut' in line ? [{ step: line.step, loss: line.heldOut }] : [])),
    secondsPerStep: meanOf(steps.map(({ seconds }) => seconds)),
  }
}

function linesOf(folder: string): z.infer<typeof Line>[] {
  const path = join(folder, 'metrics.jsonl')
  if (!existsSync(path)) return []
  const text = onFile(path, () => readFileSync(path, 'utf8'))
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
}
