import { TransitionObjective, type ObjectiveOptions } from '../../diffusion/objective'
import { makeTransport } from '../../diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../diffusion/weighting'
import { f32, type Tensor } from '../../ir/tensor'
import type { TimConfig } from '../../models/tim/config'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { timParameters } from '../../models/tim/parameters'
import type { ParameterMap } from '../../training/adamw'
import type { Checkpoint } from '../../training/checkpoint'
import { RunFolder } from '../../training/run-folder'
import type { TrainingSettings } from '../../training/settings'
import { train } from '../../training/train'
import { Trainer, type RunState, type SampleSource } from '../../training/trainer'
import { inUpdateMemory } from '../../training/update-memory'

/** The released T2I times. */
const transport = makeTransport('OT_FM', { P_mean: 0, P_std: 1.6 })

/** One phase of training the transition network. */
export interface TimTraining {
  readonly config: TimConfig
  readonly settings: TrainingSettings
  readonly source: SampleSource<TimCondition>
  /** The phase's checkpoints and metrics. */
  readonly folder: string
  /** Where the phase begins when its folder is empty: weights alone, or the folder of the phase before, for its moments and average too. */
  readonly from: Readonly<Record<string, Tensor<'f32'>>> | { readonly folder: string }
  readonly threads: number
  readonly stop: AbortSignal
}

/** Trains until the phase is over or stopped; goes on from its newest checkpoint where there is one, and leaves one. */
export async function trainTim({ config, settings, source, folder, from, threads, stop }: TimTraining): Promise<void> {
  const shapes = timParameters(config, { projector: false })
  const runFolder = new RunFolder(folder, settings.keep)
  const saved = (await runFolder.resume()) ?? (await firstCheckpoint(from))
  const start = saved?.weights ?? weightsOf(from)
  const placed = inUpdateMemory(new Map([...shapes.keys()].map((key) => [key, start.get(key) ?? new Float32Array(0)])), {
    average: true,
  })
  const network = Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, placed.get(key) ?? [])]))
  const learner = new TransitionObjective<TimCondition>(timNetworkGraph(config), { network }, options([...shapes.keys()]), {
    threads,
  })
  const trainer = new Trainer(learner, source, settings, saved)
  for await (const report of train(trainer, settings, runFolder, shapes, stop)) void report
  await learner.release()
}

/** The end of the phase before as the beginning of this one: the same weights, average and moments, counted from 0. */
async function firstCheckpoint(from: TimTraining['from']): Promise<Checkpoint<RunState> | undefined> {
  if (!isFolder(from)) return undefined
  const ended = await new RunFolder(from.folder, 1).resume()
  return ended && { ...ended, state: { ...ended.state, step: 0, deck: [] } }
}

function weightsOf(from: TimTraining['from']): ParameterMap {
  return isFolder(from) ? new Map() : new Map(Object.entries(from).map(([key, { data }]) => [key, data]))
}

function isFolder(from: TimTraining['from']): from is { readonly folder: string } {
  return typeof from['folder'] === 'string'
}

function options(trainable: readonly string[]): ObjectiveOptions {
  return {
    transport,
    weighting: RELEASED_WEIGHTING,
    derivative: 'dde',
    epsilon: 0.005,
    directional: true,
    projection: 0,
    trainable,
  }
}
