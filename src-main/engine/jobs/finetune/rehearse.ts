import type { FinetuneNews } from '#shared/schema/run'
import { openTim } from '../../models/tim/load'
import { needPictures } from '../../training/data/dataset'
import { DiskCache } from '../../training/data/disk-cache'
import { componentFolder, openModelFolder } from '../../weights/manifest'
import { openLater } from './adapter-learner'
import { estimateRun } from './estimate'
import type { FinetuneTask } from './finetune'
import { encodeData, examineImages } from './prepare-data'

/**
 * What a run would do: looks at its pictures, encodes what is not on disk yet, and estimates memory and time. Trains nothing.
 * Throws EngineErrors of what it reads.
 */
export async function* rehearse(
  { run, base, cache: folder, threads }: Omit<FinetuneTask, 'folder' | 'adapter' | 'resume'>,
  signal: AbortSignal,
): AsyncGenerator<FinetuneNews, void, undefined> {
  const model = openModelFolder(base)
  const cache = new DiskCache(folder)
  const report = yield* examineImages(model, run, cache, signal)
  needPictures(report)
  const { config } = openTim(componentFolder(model, 'transformer'))
  const data = yield* encodeData(model, config, run, report, cache, signal)
  const opened = openLater(model, run, threads)
  try {
    const { steps } = run.training
    const estimate = await estimateRun({ model, run, data, cache, threads, steps, learner: opened.get })
    yield { is: 'estimate', step: 0, estimate }
  } finally {
    await opened.known()?.release()
  }
}
