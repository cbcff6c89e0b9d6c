import { resolve } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import type { Errand, HubAccess } from '#shared/engine/errand'
import { catalogue, offerNamed, pageOf } from '#shared/released/catalogue'
import { mirrorFrom } from '#shared/released/mirror'
import type { DownloadPlan, LocalParts } from '#shared/schema/download'
import { runErrand } from '../../engine/jobs/models/download/run-errand'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import type { DownloadOptions } from '../commands/models-download'
import { UsageError } from '../explain'
import { Interrupted, interruptible } from '../interrupt'
import type { Terminal } from '../terminal'
import { askSecret, canAsk, confirm, firstLine } from './ask'
import { gigabytes } from './bytes'
import { DownloadTeller } from './download-teller'

/** Says what can be downloaded, without asking anybody. */
export function listOffers({ answer }: Terminal): void {
  for (const { name, title, what, parts } of catalogue) {
    answer(`${name}  ${title}: ${what}`)
    for (const repository of Object.values(parts)) {
      const gated = repository.gated ? '; its licence must be accepted first' : ''
      answer(`    ${pageOf(repository)} (${repository.what}; ${repository.licence}${gated})`)
    }
  }
}

/** Plans a download, shows it, and with the user's consent fetches and imports the model. Prints its folder. Throws FailureError, UsageError. */
export async function downloadModel(terminal: Terminal, model: string, options: DownloadOptions): Promise<void> {
  const offer = offerNamed(model)
  if (offer === undefined)
    throw new UsageError(`'${model}' is not offered.`, `Offered: ${catalogue.map(({ name }) => name).join(', ')}.`)
  const local = localParts(options)
  const library = Library.open(dataFolder(), 'tim models download')
  try {
    library.locks.need('downloads')
    await interruptible(async (signal) => {
      const isGated = Object.entries(offer.parts).some(([part, { gated }]) => gated && !(part in local))
      const mirror = mirrorFrom(options.mirror, library.settings.get().mirror, process.env['HF_ENDPOINT'])
      if (mirror !== '' && options.tokenStdin) terminal.tell('The token is not used: a mirror is never sent one.')
      const hub: HubAccess = { mirror, ...(await tokenFor(options, isGated && mirror === '', signal)) }
      const { downloads, models } = library.folders
      const teller = new DownloadTeller(terminal)
      let plan: DownloadPlan | undefined
      await run({ kind: 'plan-download', model, local, downloads, models, hub }, teller, signal, (planned) => (plan = planned))
      if (plan === undefined) throw new Error('a plan that is finished was told')
      for (const line of shown(plan)) terminal.tell(line)
      await agree(options, signal)
      const { precision } = options
      await run({ kind: 'download', plan, models, hub, ...(precision === undefined ? {} : { precision }) }, teller, signal)
      terminal.answer(resolve(models, plan.model))
    })
  } finally {
    library.locks.release('downloads')
    library.close()
  }
}

function localParts({ transformer, vae, text }: DownloadOptions): LocalParts {
  const given = Object.entries({ transformer, autoencoder: vae, text }).filter(([, path]) => path !== undefined)
  return Object.fromEntries(given.map(([part, path]) => [part, resolve(path ?? '')]))
}

/** The token is needed for gated parts only; it is read, used and forgotten. */
async function tokenFor(options: DownloadOptions, isNeeded: boolean, signal: AbortSignal): Promise<{ token?: string }> {
  if (!isNeeded) return {}
  const given = options.tokenStdin ? await firstLine() : (process.env['HF_TOKEN'] ?? '').trim()
  const ask = given === '' && !options.tokenStdin && canAsk()
  const token = ask
    ? await askSecret('Access token of the hub, for the licence that you accepted (not shown, not kept): ', signal)
    : given
  return token === '' ? {} : { token }
}

/** The plan as lines: every file with its size, from where, under which licence. */
function shown({ title, hub, parts, bytes, missing, free, folder }: DownloadPlan): string[] {
  return [
    `${title}, from ${hub}:`,
    ...parts.flatMap(({ repository, what, licence, files, revision }) => [
      `  ${repository}@${revision.slice(0, 12)} (${what}; licence: ${licence})`,
      ...files.map((file) => {
        const here = file.have === 0 ? '' : file.have === file.bytes ? ', already here' : `, ${gigabytes(file.have)} already here`
        return `    ${file.path}  ${gigabytes(file.bytes)} (${file.bytes} bytes${here})`
      }),
    ]),
    `${gigabytes(missing)} of ${gigabytes(bytes)} to fetch into ${folder}, whose disk has ${gigabytes(free)} free.`,
  ]
}

async function agree({ yes }: DownloadOptions, signal: AbortSignal): Promise<void> {
  if (yes === true) return
  if (!canAsk())
    throw new UsageError('Nothing was fetched: nobody is here to agree.', 'Look at the files above, then give --yes.')
  if (!(await confirm('Fetch these files?', signal)))
    throw new UsageError('Nothing was fetched.', 'Run the command again when you like.')
}

async function run(
  errand: Errand,
  teller: DownloadTeller,
  signal: AbortSignal,
  onPlan: (plan: DownloadPlan) => void = () => undefined,
): Promise<void> {
  let failed: FailureError | undefined
  try {
    await runErrand(
      errand,
      (news) => {
        if (news.is === 'planned') onPlan(news.plan)
        else if (news.is === 'failed') failed = new FailureError(news.failure)
        else teller.hear(news)
      },
      signal,
    )
  } finally {
    teller.stop()
  }
  if (signal.aborted) throw new Interrupted()
  if (failed !== undefined) throw failed
}
