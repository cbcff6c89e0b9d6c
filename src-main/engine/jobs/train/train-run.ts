import { RandomStream } from '../../diffusion/noise/random-stream'
import { TransitionObjective } from '../../diffusion/objective'
import { makeTransport } from '../../diffusion/transports/table'
import type { Tensor } from '../../ir/tensor'
import { TimConfig } from '../../models/tim/config'
import { openTim, readTimWeights } from '../../models/tim/load'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { timParameters } from '../../models/tim/parameters'
import { RunFolder } from '../../training/run-folder'
import { train } from '../../training/train'
import { Trainer, type StepReport } from '../../training/trainer'
import { TrainingError } from '../../training/training-error'
import { componentFolder, openModelFolder, type ModelFolder } from '../../weights/manifest'
import { initialiseTim } from '../../models/tim/initialise'
import { captionedPictures } from './captioned-pictures'
import { conditionTable } from './conditions'
import { encodePictures } from './encode-pictures'
import { PictureSource } from './picture-source'
import type { RunFile } from './run-file'
import { writeTrainedModel } from './write-model'

export interface TrainTask {
  readonly run: RunFile
  /** Folder of the model that the run begins from. */
  readonly base: string
  /** Folder of checkpoints and the log. */
  readonly folder: string
  /** Folder of the model to make; must not exist. */
  readonly model: string
  readonly resume: boolean
  readonly threads?: number
}

/** What a run says. */
export type TrainNews =
  | { readonly is: 'reading'; readonly pictures: number }
  | { readonly is: 'begun'; readonly step: number; readonly parameters: number }
  | { readonly is: 'step'; readonly report: StepReport }
  | { readonly is: 'stopped'; readonly step: number }
  | { readonly is: 'finished'; readonly model: string }

/**
 * Trains all parameters of a network on a folder of pictures, and makes a model of the averaged weights. Stopped by `signal`
 * between two steps, it leaves a checkpoint that `resume` goes on from. Throws EngineErrors of what it reads and writes.
 */
export async function* trainRun(task: TrainTask, signal: AbortSignal): AsyncGenerator<TrainNews, void, undefined> {
  const { run } = task
  const folder = new RunFolder(task.folder, run.training.keep)
  const from = await folder.resume()
  checkResume(task, from?.state.step)
  const base = openModelFolder(task.base)
  const { config, weights } = networkOf(base, run)
  const shapes = timParameters(config, { projector: false })
  const pictures = captionedPictures(run.pictures)
  const conditions = await conditionTable(base, config, pictures)
  yield { is: 'reading', pictures: pictures.length }
  const files = pictures.map(({ file }) => file)
  const latents = await encodePictures(base, files, signal)
  const { captionDropout: dropout, ...objective } = run.objective
  const place = from && { epoch: from.state.place['epoch'] ?? 0, position: from.state.place['position'] ?? 0 }
  const source = new PictureSource(latents, conditions, { seed: run.training.seed, dropout, ...(place ? { place } : {}) })
  const transport = makeTransport(base.manifest.transport.name, base.manifest.transport.params)
  const learner = new TransitionObjective<TimCondition>(
    timNetworkGraph(config),
    { network: weights },
    { ...objective, transport, projection: 0, trainable: [...shapes.keys()] },
    task.threads === undefined ? {} : { threads: task.threads },
  )
  try {
    const trainer = new Trainer(learner, source, run.training, from)
    yield {
      is: 'begun',
      step: trainer.step,
      parameters: [...trainer.checkpoint.weights.values()].reduce((sum, { length }) => sum + length, 0),
    }
    for await (const report of train(trainer, run.training, folder, shapes, signal)) yield { is: 'step', report }
    if (trainer.step < run.training.steps) return yield { is: 'stopped', step: trainer.step }
    await writeTrainedModel(task.model, run.name, base, { config, weights: trainer.average ?? learner.trained, shapes })
    yield { is: 'finished', model: task.model }
  } finally {
    await learner.release()
  }
}

function checkResume({ run, folder, resume }: TrainTask, step: number | undefined): void {
  if (!resume && step !== undefined) {
    throw new TrainingError(
      'training.settings',
      `The run '${run.name}' has already come to step ${step} in ${folder}.`,
      'Go on with --resume, or give the run another name.',
    )
  }
  if (resume && step === undefined) {
    throw new TrainingError(
      'training.checkpoint',
      `The run '${run.name}' has no checkpoint in ${folder}.`,
      'Start it without --resume.',
    )
  }
}

/** The network to train, and its first weights. Throws TrainingError for settings of a network that cannot be. */
function networkOf(
  base: ModelFolder,
  run: RunFile,
): { readonly config: TimConfig; readonly weights: Record<string, Tensor<'f32'>> } {
  const checkpoint = openTim(componentFolder(base, 'transformer'))
  if (run.from === 'model') {
    const all = Object.entries(readTimWeights(checkpoint))
    // The projector serves an objective that this run does not have.
    return { config: checkpoint.config, weights: Object.fromEntries(all.filter(([key]) => !key.startsWith('projector.'))) }
  }
  const config = TimConfig.safeParse({ ...checkpoint.config, ...run.network })
  if (!config.success) {
    throw new TrainingError(
      'training.settings',
      `network: ${config.error.issues[0]?.message}.`,
      'Name settings as in a config.json of a TiM network.',
    )
  }
  return {
    config: config.data,
    weights: initialiseTim(timParameters(config.data, { projector: false }), new RandomStream(run.training.seed, 0, 2)),
  }
}
