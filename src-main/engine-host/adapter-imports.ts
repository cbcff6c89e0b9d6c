import { FailureError } from '#shared/ipc/failure'
import type { AdapterCard } from '#shared/schema/adapter'
import { runErrand } from './errand-host'
import type { Fork } from './engine-process'

/** Puts an adapter into the library, read and checked in a process of its own. Rejects with a FailureError. */
export async function importAdapter(
  fork: Fork,
  where: { readonly path: string; readonly adapters: string; readonly model: string },
): Promise<AdapterCard> {
  let card: AdapterCard | undefined
  const onNews = (news: { readonly is: string; readonly card?: AdapterCard }): void => {
    if (news.is === 'adapter') card = news.card
  }
  const ending = await runErrand(fork, { kind: 'import-adapter', ...where }, onNews, new AbortController().signal)
  if (ending.is === 'failed') throw new FailureError(ending.failure)
  if (card === undefined) throw new Error('the errand brought no adapter')
  return card
}
