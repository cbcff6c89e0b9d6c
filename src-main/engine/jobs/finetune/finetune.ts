import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { FinetuneConfig, type CheckpointLine, type FinetuneNews, type RunWarning, type StepLine } from '#shared/schema/run'
import { writeFileAtomically } from '../../files/atomic-write'
import { f32 } from '../../ir/tensor'
import { openTim } from '../../models/tim/load'
import type { Checkpoint } from '../../training/checkpoint'
import { needPictures } from '../../training/data/dataset'
import { DiskCache } from '../../training/data/disk-cache'
import { outOfMemory } from '../../training/memory-error'
import { RunFolder } from '../../training/run-folder'
import { Trainer, type RunState } from '../../training/trainer'
import { TrainingError } from '../../training/training-error'
import { RunWatch } from '../../training/watch'
import { componentFolder, openModelFolder, type ModelFolder } from '../../weights/manifest'
import { openLater, type AdapterLearner } from './adapter-learner'
import { baseOf } from '../adapters/check-base'
import { addAdapter } from '../adapters/store'
import { verifyAdapter } from '../adapters/verify'
import { checkCheckpoint } from './check-adapter'
import { encodeData, examineImages, type PreparedData } from './prepare-data'
import { Previews } from './previews'
import { PreservedLatents, preservedOf } from './preserved'
import { PictureSamples, type SourceOptions } from './sample-source'
import { dataIdentity } from './data-identity'
import { estimateRun, memoryWarning } from './estimate'
import { HeldOut } from './held-out'

export interface FinetuneTask {
  readonly run: FinetuneConfig
  /** Folder of the model that the adapter is trained on. */
  readonly base: string
  /** Folder of the run: checkpoints, log, previews. */
  readonly folder: string
  /** Folder of the adapter to make, in PEFT's form. */
  readonly adapter: string
  /** Folder of encoded pictures and captions, which all runs share. */
  readonly cache: string
  readonly resume: boolean
  readonly threads?: number
}

/** What a checkpoint remembers for the job. */
const JobState = z.object({ run: FinetuneConfig, data: z.string() })

/**
 * Trains an adapter on a folder of pictures and writes it as a PEFT folder. Each checkpoint is written, read again and checked, then drawn
 * with. Stopped by `signal` between two steps it leaves a checkpoint that `resume` goes on from, bit for bit. Throws EngineErrors of what
 * it reads and writes; where a step had no finite loss, after saving the state before it.
 */
export async function* finetune(task: FinetuneTask, signal: AbortSignal): AsyncGenerator<FinetuneNews, void, undefined> {
  const { run } = task
  const folder = new RunFolder(task.folder, run.training.keep)
  checkResume(task, folder.newest()?.state.step)
  const from = await folder.resume()
  const model = openModelFolder(task.base)
  const cache = new DiskCache(task.cache)
  const report = yield* examineImages(model, run, cache, signal)
  needPictures(report)
  const { config } = openTim(componentFolder(model, 'transformer'))
  const data = yield* encodeData(model, config, run, report, cache, signal)
  await writeFileAtomically(join(task.folder, 'run.json'), `${JSON.stringify(run, undefined, 2)}\n`)
  const opened = openLater(model, run, task.threads)
  try {
    const [step, { threads }] = [from?.state.step ?? 0, task]
    const steps = run.training.steps - step
    const estimate = await estimateRun({ model, run, data, cache, threads, steps, learner: opened.get })
    yield* told(folder, { is: 'estimate', step, estimate })
    const warning = memoryWarning(step, estimate)
    if (warning) yield* told(folder, warning)
    yield* learn({ task, model, folder, learner: opened.get(), data, cache, from }, signal)
  } catch (error) {
    const { batch } = run.training
    const side = run.data.resolution ?? model.manifest.nativeSide
    throw outOfMemory(error, { batch, keep: run.keep, side, rank: run.adapter.rank }) ?? error
  } finally {
    await opened.known()?.release()
  }
}

interface Parts {
  readonly task: FinetuneTask
  readonly model: ModelFolder
  readonly folder: RunFolder
  readonly learner: AdapterLearner
  readonly data: PreparedData
  readonly cache: DiskCache
  readonly from: Checkpoint<RunState> | undefined
}

async function* learn(parts: Parts, signal: AbortSignal): AsyncGenerator<FinetuneNews, void, undefined> {
  const { task, model, folder, learner, data, from } = parts
  const { run } = task
  const before = JobState.safeParse(from?.state.job)
  const identity = dataIdentity(data.report, run)
  const isOther = before.success && before.data.data !== identity
  const preserved = preservedLatents(parts)
  yield* preserved.prepare(signal)
  const source = new PictureSamples(data, learner.config, {
    ...sourceOptions(parts, isOther),
    preserved: shareOf(run, preserved),
  })
  const trainer = new Trainer(learner, source, run.training, from)
  const watch = new RunWatch(run, learner.transport.time.max - learner.transport.time.min)
  const previews = new Previews(task.folder, model, learner.transport, data, run.preview)
  const heldOut = new HeldOut(data, learner, run)
  const parameters = [...learner.trained.values()].reduce((sum, { length }) => sum + length, 0)
  if (isOther) yield* told(folder, dataChanged(trainer.step))
  await previews.drawBase(learner.openBase)
  yield { is: 'begun', step: trainer.step, of: run.training.steps, parameters, targets: learner.adapter.layers.size }
  let saved = from?.state.step ?? -1
  const save = async function* (): AsyncGenerator<FinetuneNews, void, undefined> {
    if (saved === trainer.step) return
    saved = trainer.step
    yield* told(folder, await saveChecked(parts, trainer, { run, data: identity }))
  }
  try {
    while (trainer.step < run.training.steps && !signal.aborted) {
      const { updated: _updated, projectionLoss: _none, samples, ...line } = await trainer.next()
      yield* tellStep(parts, watch, { ...line, samples: [...samples] })
      const isDue = trainer.step % run.training.checkpointEvery === 0 || trainer.step === run.training.steps
      if (!isDue) continue
      yield* save()
      yield* look(parts, trainer.step, { watch, previews, heldOut })
    }
  } catch (error) {
    if (error instanceof TrainingError && error.code === 'training.diverged') yield* save()
    throw error
  }
  yield* save()
  if (trainer.step < run.training.steps) return yield { is: 'stopped', step: trainer.step }
  await writeFinished(parts, trainer.average)
  yield { is: 'finished', step: trainer.step, adapter: task.adapter }
}

function preservedLatents({ task: { run }, model, learner, data, cache }: Parts): PreservedLatents {
  const drawing = { model, transport: learner.transport, data }
  return new PreservedLatents(preservedOf(run, model.manifest.classes), drawing, learner.openBase, cache)
}

function shareOf({ preserve }: FinetuneConfig, latents: PreservedLatents): SourceOptions['preserved'] {
  return latents.all.length > 0 && preserve.share > 0 ? { latents, share: preserve.share } : undefined
}

function sourceOptions({ task: { run }, data, model, from }: Parts, isOther: boolean): SourceOptions {
  const { epoch = 0, position = 0 } = from?.state.place ?? {}
  // The order of other pictures is another order: it begins with an epoch of its own.
  const place = from && (isOther ? { epoch: epoch + 1, position: 0 } : { epoch, position })
  const native = model.manifest.nativeSide
  const isMixed = data.report.buckets.some(({ width, height }) => width !== native || height !== native)
  return {
    seed: run.training.seed,
    batch: run.training.batch,
    captionDropout: run.data.captionDropout,
    flip: run.data.flip,
    adapterDropout: run.adapter.dropout,
    timeShift: run.objective.timeShift ?? isMixed,
    place,
  }
}

function* tellStep({ task, folder }: Parts, watch: RunWatch, line: StepLine): Generator<FinetuneNews, void, undefined> {
  const { steps, logEvery } = task.run.training
  if (line.step % logEvery === 0 || line.step === steps) folder.log(line)
  yield { is: 'step', line }
  const warning = watch.step(line)
  if (warning) yield* told(folder, warning)
}

/** Pictures and validation loss of a checkpoint. */
async function* look(
  { folder, learner }: Parts,
  step: number,
  by: { readonly watch: RunWatch; readonly previews: Previews; readonly heldOut: HeldOut },
): AsyncGenerator<FinetuneNews, void, undefined> {
  yield* told(folder, await by.previews.drawAt(step, learner.predict))
  const validation = await by.heldOut.validate(step)
  if (!validation) return
  yield* told(folder, validation)
  const warning = by.watch.validation(step, validation.loss)
  if (warning) yield* told(folder, warning)
}

/** Writes a checkpoint and looks at what the disk has of it. Throws TrainingError, FileError. */
async function saveChecked(
  parts: Parts,
  trainer: Trainer<unknown> | Trainer<never>,
  job: z.infer<typeof JobState>,
): Promise<CheckpointLine> {
  const { folder, learner } = parts
  const { checkpoint } = trainer
  const { step } = checkpoint.state
  const saved = await folder.save({ ...checkpoint, state: { ...checkpoint.state, job } }, learner.shapes)
  // A warm-up begins with a rate of zero, so that the first step changes nothing.
  const isMoved = step > 1
  const { smallest, largest } = isMoved ? checkCheckpoint(saved.file, learner.adapter) : { smallest: 0, largest: 0 }
  return { is: 'checkpoint', step, file: saved.name, bytes: saved.bytes, smallest, largest }
}

/** Puts what was learnt into the library, and reads it as anybody will. */
async function writeFinished(
  { task, model, learner }: Parts,
  average: ReadonlyMap<string, Float32Array> | undefined,
): Promise<void> {
  const { run } = task
  const { layers, weights } = learner.adapter
  const learnt = Object.entries(weights).map(([key, { shape, data }]) => [key, f32(shape, average?.get(key) ?? data)] as const)
  const triggers = run.data.trigger === '' ? [] : [run.data.trigger]
  const about = { title: run.name, base: baseOf(model), triggers, recipe: { ...run, images: basename(run.images) } }
  const adapter = { layers, weights: Object.fromEntries(learnt) }
  const found = await addAdapter(dirname(task.adapter), basename(task.adapter), adapter, about)
  await verifyAdapter(found, task.base)
}

function* told<L extends Exclude<FinetuneNews, { is: 'step' }> & { readonly step: number }>(
  folder: RunFolder,
  line: L,
): Generator<FinetuneNews, void, undefined> {
  folder.log(line)
  yield line
}

function dataChanged(step: number): RunWarning {
  const message = 'The pictures, their captions or how they are read have changed since the last checkpoint.'
  const remedy = 'The run goes on with them, from the beginning of an epoch. To repeat it exactly, restore them.'
  return { is: 'warning', step, kind: 'data-changed', message, remedy }
}

function checkResume({ run, folder, adapter, resume }: FinetuneTask, step: number | undefined): void {
  if (!resume && step !== undefined) {
    const what = `The run '${run.name}' has already come to step ${step} in ${folder}.`
    throw new TrainingError('training.settings', what, 'Go on with --resume, or give the run another name.')
  }
  if (resume && step === undefined) {
    const what = `The run '${run.name}' has no checkpoint in ${folder}.`
    throw new TrainingError('training.checkpoint', what, 'Start it without --resume.')
  }
  if (!existsSync(adapter)) return
  const what = `There is already an adapter in ${adapter}.`
  throw new TrainingError('training.settings', what, 'Give the run another name, or move that folder away.')
}
