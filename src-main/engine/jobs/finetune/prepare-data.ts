import { join } from 'node:path'
import type { DatasetPicture, DatasetReport } from '#shared/schema/dataset'
import type { FinetuneConfig, FinetuneNews } from '#shared/schema/run'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { isTextConditional, nullClass, type TimConfig } from '../../models/tim/config'
import type { TimCondition } from '../../models/tim/network-graph'
import { openTim } from '../../models/tim/load'
import { tagOrders } from '../../training/data/caption'
import { examineFolder } from '../../training/data/dataset'
import type { DiskCache } from '../../training/data/disk-cache'
import type { ModelDemand } from '../../training/data/report'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import { captionCutter, CaptionFeatures } from './caption-features'
import { PictureLatents, type Wanted } from './picture-latents'
import { preservedOf } from './preserved'

/** Pictures and captions of a run, encoded and on disk. */
export interface PreparedData {
  readonly report: DatasetReport
  readonly latents: PictureLatents
  /** The condition of some samples: of a caption each or a class each; undefined means neither. */
  readonly conditions: (of: readonly (string | number | undefined)[]) => Promise<TimCondition>
  /** The captions that stand for a picture, in several orders of their tags where asked. */
  readonly captions: (picture: DatasetPicture) => readonly string[]
}

/** What a model asks of pictures and captions, for the run's settings. Throws WeightsError, TokenizerError. */
export function demandOf(model: ModelFolder, { data }: Pick<FinetuneConfig, 'data'>): ModelDemand {
  const { manifest } = model
  const { config } = openTim(componentFolder(model, 'transformer'))
  const { minSide, maxSide, nativeSide } = manifest
  const side = data.resolution ?? nativeSide
  const factor = manifest.latent.factor * config.patch_size
  const rule = { factor, minSide, maxSide, maxArea: side * side, upscale: data.upscale }
  const knows = isTextConditional(config) ? { cutWords: captionCutter(model) } : { classes: manifest.classes ?? [] }
  return { rule, nativeSide, ...knows }
}

/** Looks at the pictures of a run: what training on them would do. Throws as `examineFolder`. */
export async function* examineImages(
  model: ModelFolder,
  run: FinetuneConfig,
  cache: DiskCache,
  signal: AbortSignal,
): AsyncGenerator<FinetuneNews, DatasetReport, undefined> {
  const task = { settings: run.data, model: demandOf(model, run), batch: run.training.batch, cache, signal }
  const report = yield* toldOf<DatasetReport>('examining', (progress) => examineFolder(run.images, { ...task, progress }))
  yield { is: 'report', report }
  return report
}

/** Encodes the pictures and captions of a report, but for what is on disk already. Throws PictureError, FileError, the signal's reason. */
export async function* encodeData(
  model: ModelFolder,
  config: TimConfig,
  run: FinetuneConfig,
  report: DatasetReport,
  cache: DiskCache,
  signal: AbortSignal,
): AsyncGenerator<FinetuneNews, PreparedData, undefined> {
  const latents = new PictureLatents(model, cache, (file) => join(run.images, file), run.data.background)
  const wanted: Wanted[] = report.pictures.flatMap((picture) =>
    [false, ...(run.data.flip && !picture.heldOut ? [true] : [])].map((mirror) => ({ picture, mirror })),
  )
  yield* toldOf('encoding', (progress) => latents.prepare(wanted, progress, signal))
  const captions = captionsOf(run)
  if (!isTextConditional(config)) {
    const none = nullClass(config) ?? 0
    const conditions = (of: readonly (string | number | undefined)[]): Promise<TimCondition> =>
      Promise.resolve({ classes: of.map((id) => (typeof id === 'number' ? id : none)) })
    yield tidied(cache, run)
    return { report, latents, conditions, captions }
  }
  const features = new CaptionFeatures(model, cache, config.cap_feat_dim)
  const preserved = preservedOf(run, undefined).map(({ prompt }) => String(prompt))
  const all = new Set(['', ...report.pictures.flatMap(captions), ...(run.preview.prompts ?? []), ...preserved])
  yield* toldOf('encoding', (progress) => features.prepare([...all], progress, signal))
  const conditions = async (of: readonly (string | number | undefined)[]): Promise<TimCondition> => ({
    y: await features.batch(of.map((caption) => (typeof caption === 'string' ? caption : ''))),
  })
  yield tidied(cache, run)
  return { report, latents, conditions, captions }
}

/** Makes room beside what the run needs. */
function tidied(cache: DiskCache, { cacheGigabytes }: FinetuneConfig): FinetuneNews {
  const limit = cacheGigabytes * 1e9
  return { is: 'cache', ...cache.trim(limit), limit }
}

/** Orders of tags come from the run's seed and the caption: the same in every session of a run. */
function captionsOf({ data, training }: FinetuneConfig): PreparedData['captions'] {
  const known = new Map<string, readonly string[]>()
  return ({ caption }) => {
    if (!data.shuffleTags) return [caption]
    const orders = known.get(caption) ?? tagOrders(caption, data.keepTags, new RandomStream(training.seed, 0, TAG_LANE))
    known.set(caption, orders)
    return orders
  }
}

/** Apart from the numbers that training and the order of data draw under the same seed. */
const TAG_LANE = 3

/** Runs `work`, telling what it tells of its progress, the newest where several came at once. */
async function* toldOf<T>(
  is: 'examining' | 'encoding',
  work: (progress: (done: number, of: number) => void) => Promise<T>,
): AsyncGenerator<FinetuneNews, T, undefined> {
  let newest: FinetuneNews | undefined
  let wake: (() => void) | undefined
  const working = work((done, of) => {
    newest = { is, done, of }
    wake?.()
  })
  let isDone = false
  const ended = working.then(
    () => (isDone = true),
    () => (isDone = true),
  )
  while (!isDone) {
    await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))])
    if (newest) yield newest
    newest = undefined
  }
  return working
}
