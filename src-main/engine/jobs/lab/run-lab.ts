import { cpus } from 'node:os'
import { join } from 'node:path'
import type { LabNews, LabResult, LabTask } from '#shared/schema/lab'
import { writeFileAtomically } from '../../files/atomic-write'
import { openModelFolder } from '../../weights/manifest'
import { labCsv } from './csv'
import type { BoundExperiment, Hearing, LabBench } from './experiment'
import { openLatentSet } from './latent-set'
import { NewsQueue } from './news-queue'
import { Records } from './records'
import { experiments } from './table'

/**
 * Runs an experiment: measures the pieces that its folder does not have yet, tells the result as it grows, and leaves `result.json` and
 * `table.csv`. Stopped by `signal` it throws the signal's reason; what was measured stays, and the same task goes on there.
 * Throws EngineErrors of what it reads and writes.
 */
export async function* runLab(task: LabTask, signal: AbortSignal): AsyncGenerator<LabNews, LabResult, undefined> {
  const bench: LabBench = { task, model: openModelFolder(task.model), set: openLatentSet(task.set) }
  const experiment = experiments[task.settings.experiment].bind(task.settings, bench)
  const { settings } = task
  const records = await Records.open(task.folder, { settings, model: bench.model.sha256, encoder: bench.set.encoder })
  for (const [key, record] of records.found) if (!experiment.accepts(record)) records.drop(key)
  const { pieces } = experiment
  const left = pieces.filter(({ key }) => !records.found.has(key))
  yield { is: 'begun', measured: pieces.length - left.length, of: pieces.length }
  if (left.length > 0) yield* measure(experiment, bench, records, signal)
  const result = resultOf(experiment, bench, records)
  await writeFileAtomically(join(task.folder, 'result.json'), `${JSON.stringify(result, undefined, 1)}\n`)
  await writeFileAtomically(join(task.folder, 'table.csv'), labCsv(result))
  yield { is: 'finished', result, folder: task.folder }
  return result
}

async function* measure(
  experiment: BoundExperiment,
  bench: LabBench,
  records: Records,
  signal: AbortSignal,
): AsyncGenerator<LabNews, void, undefined> {
  const instrument = await experiment.open()
  try {
    for (const [index, piece] of experiment.pieces.entries()) {
      if (records.found.has(piece.key)) continue
      const queue = new NewsQueue<LabNews>()
      const doing = (share: number): void =>
        queue.say({ is: 'doing', piece: index, of: experiment.pieces.length, what: piece.what, share })
      const hearing: Hearing = {
        signal,
        note: (text) => queue.say({ is: 'note', text }),
        progress: async (share) => {
          doing(Math.min(1, share))
          await breathe(signal)
        },
      }
      const work = async (): Promise<unknown> => {
        doing(0)
        await breathe(signal)
        return instrument.measure(piece, hearing, records.found)
      }
      const found = yield* queue.during(work())
      records.add(piece.key, found)
      yield { is: 'measured', result: resultOf(experiment, bench, records) }
    }
  } finally {
    await instrument.release()
  }
}

function resultOf(experiment: BoundExperiment, { task, model }: LabBench, { found }: Records): LabResult {
  const keys = new Set(experiment.pieces.map(({ key }) => key))
  const own = new Map([...found].filter(([key]) => keys.has(key)))
  const all = cpus()
  return {
    version: 1,
    settings: task.settings,
    title: experiment.title,
    model: { name: model.manifest.title, sha256: model.sha256 },
    machine: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}, ${task.threads ?? all.length} threads`,
    measured: own.size,
    of: experiment.pieces.length,
    ...experiment.conclude(own),
  }
}

/** Lets messages in, a request to stop among them: a computation never does. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate)
  signal.throwIfAborted()
}
