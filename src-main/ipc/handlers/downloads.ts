import { catalogue, pageOf } from '#shared/released/catalogue'
import { ModelPart } from '#shared/engine/models'
import type { OfferCard, TokenState } from '#shared/schema/download'
import type { Downloads } from '../../engine-host/downloads'
import type { HandlersOf } from '../answer'
import type { ChosenPaths } from '../chosen-paths'

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
  chosen: ChosenPaths,
  chooseFolder: () => Promise<string | null>,
): HandlersOf<'downloads' | 'token'> {
  const tokenState = (): TokenState => ({ has: tokens.has(), objection: tokens.objection })
  return {
    'downloads/offers': () => offers,
    'downloads/state': () => downloads.state,
    'downloads/plan': async ({ model, local }) => {
      for (const [part, folder] of Object.entries(local)) chosen.check(folder, `local.${part}`)
      return downloads.plan(model, local)
    },
    'downloads/start': ({ model, precision }) => downloads.start(model, precision),
    'downloads/cancel': () => downloads.cancel(),
    'downloads/choose-folder': async () => {
      const folder = await chooseFolder()
      if (folder !== null) chosen.add([folder])
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
