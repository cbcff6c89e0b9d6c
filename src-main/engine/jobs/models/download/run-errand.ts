import type { Errand, ErrandNews, HubAccess } from '#shared/engine/errand'
import { offerNamed } from '#shared/released/catalogue'
import { endpointOf } from '../../../hub/endpoint'
import type { Asking } from '../../../hub/plan-repository'
import { patience } from '../../../hub/retry'
import { EngineError } from '../../../ir/errors'
import { download, type Import } from './download'
import { downloadFailure } from './failure'
import { planDownload } from './plan'

/** Runs one errand to its end and tells how it goes; never rejects. */
export async function runErrand(
  errand: Errand,
  importModel: Import,
  say: (news: ErrandNews) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (errand.kind === 'plan-download') say({ is: 'planned', plan: await plan(errand, signal) })
    else {
      await download(errand.plan, errand, asking(errand.hub, signal), importModel, {
        progress: (progress) => say({ is: 'progress', progress }),
        note: (text) => say({ is: 'note', text }),
        installed: (name) => say({ is: 'installed', name }),
      })
    }
    say({ is: 'finished' })
  } catch (error) {
    const stopped = { code: 'cancelled', message: 'Cancelled.', remedy: 'Start it again: it goes on where it stopped.' } as const
    const [model, folder] =
      errand.kind === 'download' ? [errand.plan.title, errand.plan.folder] : [errand.model, errand.downloads]
    say({ is: 'failed', failure: signal.aborted ? stopped : downloadFailure(error, model, folder) })
  }
}

async function plan({ model, local, downloads, models, hub }: Extract<Errand, { kind: 'plan-download' }>, signal: AbortSignal) {
  const offer = offerNamed(model)
  if (offer === undefined)
    throw new EngineError('job.setting', `model is not one that is offered: ${model}.`, 'Choose one of the list.')
  return planDownload(offer, local, { downloads, models }, asking(hub, signal))
}

function asking(hub: HubAccess, signal: AbortSignal): Asking {
  return { endpoint: endpointOf(hub), patience, signal }
}
