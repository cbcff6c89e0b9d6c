import type { RunFolder } from './run-folder'
import type { TrainingSettings } from './settings'
import type { StepReport, Trainer } from './trainer'

/**
 * Trains to the last step, yielding every report. Logs and saves as the settings say, and once more when it ends: at the last
 * step, when the signal aborts between two steps, when who listens stops listening. Whatever throws leaves the last checkpoint.
 */
export async function* train<C>(
  trainer: Trainer<C>,
  settings: TrainingSettings,
  folder: RunFolder,
  shapes: ReadonlyMap<string, readonly number[]>,
  signal?: AbortSignal,
): AsyncGenerator<StepReport, void, undefined> {
  let saved = trainer.step
  const save = async (): Promise<void> => {
    if (saved === trainer.step) return
    saved = trainer.step
    await folder.save(trainer.checkpoint, shapes)
  }
  let failed = false
  try {
    while (trainer.step < settings.steps && !signal?.aborted) {
      const report = await trainer.next()
      if (report.step % settings.logEvery === 0 || report.step === settings.steps) folder.log(report)
      if (report.step % settings.checkpointEvery === 0) await save()
      yield report
    }
  } catch (error) {
    failed = true
    throw error
  } finally {
    if (!failed) await save()
  }
}
