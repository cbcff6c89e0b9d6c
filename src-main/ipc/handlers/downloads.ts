import { FailureError } from '#shared/ipc/failure'
import { catalogue, pageOf } from '#shared/released/catalogue'
import { ModelPart } from '#shared/engine/models'
import type { LocalParts, OfferCard, TokenState } from '#shared/schema/download'
import type { Downloads } from '../../engine-host/downloads'
import type { HandlersOf } from '../answer'

/** What keeps the hub's access token. */
interface TokenKeeper {
  readonly objection: string | null
  has(): boolean
  keep(token: string): void
  forget(): void
}

/** `chooseFolder` asks the user for a folder; only folders that it gave are accepted later. */
export function downloadHandlers(
  downloads: Pick<Downloads, 'state' | 'plan' | 'start' | 'cancel'>,
  tokens: TokenKeeper,
  chooseFolder: () => Promise<string | null>,
): HandlersOf<'downloads' | 'token'> {
  const chosen = new Set<string>()
  const tokenState = (): TokenState => ({ has: tokens.has(), objection: tokens.objection })
  return {
    'downloads/offers': () => offers,
    'downloads/state': () => downloads.state,
    'downloads/plan': async ({ model, local }) => {
      refuseUnchosen(local, chosen)
      return downloads.plan(model, local)
    },
    'downloads/start': ({ model, precision }) => downloads.start(model, precision),
    'downloads/cancel': () => downloads.cancel(),
    'downloads/choose-folder': async () => {
      const folder = await chooseFolder()
      if (folder !== null) chosen.add(folder)
      return { folder }
    },
    'token/state': tokenState,
    'token/set': ({ token }) => {
      tokens.keep(token)
      return tokenState()
    },
    'token/forget': () => {
      tokens.forget()
      return tokenState()
    },
  }
}

const offers: OfferCard[] = catalogue.map(({ parts, ...offer }) => ({
  ...offer,
  parts: ModelPart.options.flatMap((part) => {
    const repository = parts[part]
    if (repository === undefined) return []
    const { name, what, licence, gated } = repository
    return [{ part, repository: name, what, licence, page: pageOf(repository), gated }]
  }),
}))

function refuseUnchosen(local: LocalParts, chosen: ReadonlySet<string>): void {
  const [part] = Object.entries(local).find(([, folder]) => !chosen.has(folder)) ?? []
  if (part === undefined) return
  const message = 'This folder was not chosen in the dialog.'
  throw new FailureError({ code: 'bad-input', field: `local.${part}`, message, remedy: 'Choose the folder again.' })
}
