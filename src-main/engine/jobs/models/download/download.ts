import { rm } from 'node:fs/promises'
import type { ImportTask, TellModels } from '#shared/engine/models'
import type { DownloadPlan, DownloadProgress } from '#shared/schema/download'
import type { Precision } from '#shared/schema/recipe'
import { EngineError } from '../../../ir/errors'
import { ProgressMeter } from '../../../hub/progress-meter'
import type { Asking } from '../../../hub/plan-repository'
import { transfer } from '../../../hub/transfer'
import { ordersOf, partPaths, requireRoom } from './plan'

/** Makes a model of files on this disk; what `tim models import` does. */
export type Import = (task: ImportTask, tell: TellModels, signal: AbortSignal | undefined) => Promise<void>

export interface DownloadNews {
  progress(progress: DownloadProgress): void
  /** What the import says that is no progress. */
  note(text: string): void
  /** `error`: of one pass of the network, where it was converted. */
  installed(name: string, error?: number): void
}

export interface DownloadWishes {
  /** The library's folder of models. */
  readonly models: string
  readonly precision?: Precision | undefined
}

/** News come at most this often, in milliseconds. */
const NEWS_MS = 100

/**
 * Fetches what was planned, checks it, imports it as a model of the offer's name and clears the folder of downloads. Stopped or
 * failed, it goes on from there the next time. Throws HubError, EngineError (disk full, …), what the import throws, or the signal's reason.
 */
export async function download(
  plan: DownloadPlan,
  { models, precision }: DownloadWishes,
  asking: Asking,
  importModel: Import,
  news: DownloadNews,
): Promise<void> {
  requireRoom(plan)
  const orders = ordersOf(plan, models)
  const tell = paced(news)
  await transfer(orders, asking, ({ phase, path, done, total }) => tell(phase, path, done, total))
  const { transformer, autoencoder, text } = partPaths(plan)
  if (transformer === undefined || autoencoder === undefined) {
    throw new EngineError(
      'hub.plan',
      `The plan of ${plan.model} has no transformer or no autoencoder.`,
      'Plan the download again.',
    )
  }
  const task: ImportTask = {
    kind: 'import',
    models,
    name: plan.model,
    title: plan.title,
    transformer,
    autoencoder,
    ...(text === undefined ? {} : { text }),
    keep: 'copy',
    ...(precision === undefined ? {} : { precision }),
    source: plan.parts.map(({ repository, revision }) => `${plan.hub}/${repository}@${revision}`).join(' '),
    licence: [...new Set(plan.parts.map(({ licence }) => licence))].join('; '),
  }
  await importModel(task, modelNews(news), asking.signal)
  for (const { target } of orders) await rm(target, { force: true })
}

/** What a job on models says, as the news of an errand. */
export function modelNews(news: DownloadNews): TellModels {
  const tell = paced(news)
  return (said) => {
    if (said.is === 'doing') tell('importing', `${said.what} ${said.part}`, said.done, said.total)
    else if (said.is === 'note') news.note(said.text)
    else if (said.is === 'installed') news.installed(said.name, said.error)
  }
}

/** Progress with its pace, now and then. */
function paced(news: DownloadNews): (phase: DownloadProgress['phase'], what: string, done: number, total: number) => void {
  let meter = new ProgressMeter()
  let [last, current] = [-Infinity, '']
  return (phase, what, done, total) => {
    const now = performance.now()
    const work = phase === 'importing' ? what : phase
    if (work === current && now - last < NEWS_MS && done < total) return
    if (work !== current) meter = new ProgressMeter()
    current = work
    last = now
    news.progress({ phase, what, done: Math.min(done, total), total, ...meter.note(now, done, total) })
  }
}
