import { basename } from 'node:path'
import type { Errand, ErrandNews, HubAccess } from '#shared/engine/errand'
import { offerNamed } from '#shared/released/catalogue'
import { endpointOf } from '../../../hub/endpoint'
import type { Asking } from '../../../hub/plan-repository'
import { patience } from '../../../hub/retry'
import { EngineError } from '../../../ir/errors'
import { importAdapter } from '../../adapters/import'
import { checkDevices } from '../../health/check-devices'
import { importModel } from '../import'
import { removeModel } from '../remove'
import { sortGiven } from '../sort-given'
import { verifyInstalled } from '../verify'
import { download, modelNews, type DownloadNews } from './download'
import { downloadFailure } from './failure'
import { planDownload } from './plan'

/** Somebody waits for a plan, so that it is given up soon. */
const hasty = { ...patience, attempts: 3, pauseMs: 500 }

/** Runs one errand to its end and tells how it goes; never rejects. */
export async function runErrand(errand: Errand, say: (news: ErrandNews) => void, signal: AbortSignal): Promise<void> {
  try {
    await run(errand, say, signal)
    say({ is: 'finished' })
  } catch (error) {
    const stopped = { code: 'cancelled', message: 'Cancelled.', remedy: 'Start it again: it goes on where it stopped.' } as const
    const [model, folder] = subjectOf(errand)
    say({ is: 'failed', failure: signal.aborted ? stopped : downloadFailure(error, model, folder) })
  }
}

async function run(errand: Errand, say: (news: ErrandNews) => void, signal: AbortSignal): Promise<void> {
  const news: DownloadNews = {
    progress: (progress) => say({ is: 'progress', progress }),
    note: (text) => say({ is: 'note', text }),
    installed: (name, error) => say({ is: 'installed', name, ...(error === undefined ? {} : { error }) }),
  }
  switch (errand.kind) {
    case 'plan-download':
      return say({ is: 'planned', plan: await plan(errand, signal) })
    case 'download':
      return download(errand.plan, errand, asking(errand.hub, signal), importModel, news)
    case 'check-devices':
      return checkDevices(errand.file, ({ provider, works }) => say({ is: 'tested', provider, works }))
    case 'import':
      return importModel(errand, modelNews(news), signal)
    case 'import-given':
      return importModel(sortGiven(errand), modelNews(news), signal)
    case 'verify':
      return say({ is: 'verified', ...(await verifyInstalled(errand, modelNews(news), signal)) })
    case 'remove':
      return say({ is: 'removed', ...(await removeModel(errand)) })
    case 'import-adapter':
      return say({ is: 'adapter', card: (await importAdapter(errand)).card })
  }
}

/** What an errand is about: the model as the user knows it, and where its files go. */
function subjectOf(errand: Errand): readonly [model: string, folder: string] {
  switch (errand.kind) {
    case 'plan-download':
      return [errand.model, errand.downloads]
    case 'download':
      return [errand.plan.title, errand.plan.folder]
    case 'check-devices':
      return ['', errand.file]
    case 'import':
      return [errand.title ?? errand.name ?? basename(errand.transformer), errand.models]
    case 'import-given':
      return [errand.title ?? errand.name ?? basename(errand.given[0] ?? ''), errand.models]
    case 'verify':
    case 'remove':
      return [basename(errand.model), errand.models]
    case 'import-adapter':
      return [basename(errand.path), errand.adapters]
  }
}

async function plan({ model, local, downloads, models, hub }: Extract<Errand, { kind: 'plan-download' }>, signal: AbortSignal) {
  const offer = offerNamed(model)
  if (offer === undefined)
    throw new EngineError('job.setting', `model is not one that is offered: ${model}.`, 'Choose one of the list.')
  return planDownload(offer, local, { downloads, models }, { ...asking(hub, signal), patience: hasty })
}

function asking(hub: HubAccess, signal: AbortSignal): Asking {
  return { endpoint: endpointOf(hub), patience, signal }
}
