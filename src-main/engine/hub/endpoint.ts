import { OFFICIAL_HUB } from '#shared/released/catalogue'
import { HubToken } from '#shared/schema/download'
import { HubError } from './hub-error'

/** Where to ask, and what with. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string
  /** Only for the hub itself: a mirror is never sent one. */
  readonly token?: string
}

export interface EndpointWishes {
  /** Address of a mirror; undefined or empty: the hub itself. */
  readonly mirror?: string | undefined
  readonly token?: string | undefined
  /** The hub that tokens belong to. */
  readonly official?: string
}

/** The hub, or its mirror. Throws HubError `hub.address` or `hub.token`. */
export function endpointOf({ mirror, token, official = OFFICIAL_HUB }: EndpointWishes): Endpoint {
  const url = mirror === undefined || mirror.trim() === '' ? official : addressOf(mirror.trim())
  if (token === undefined || token === '' || new URL(url).origin !== new URL(official).origin) return { url }
  checkToken(token)
  return { url, token }
}

/** Throws HubError `hub.token` where a text cannot be a token of the hub. The text itself is not repeated. */
function checkToken(token: string): void {
  if (HubToken.safeParse(token).success) return
  throw new HubError(
    'hub.token',
    'This is no access token of the hub: they begin with hf_ and have letters and digits only.',
    `Copy the token from ${OFFICIAL_HUB}/settings/tokens again.`,
  )
}

function addressOf(mirror: string): string {
  const url = URL.canParse(mirror) ? new URL(mirror) : undefined
  const isPlain =
    url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === ''
  if (!isPlain) {
    throw new HubError(
      'hub.address',
      `“${mirror.slice(0, 200)}” is not the address of a mirror.`,
      'Give one like https://mirror.example.org, without user name, ? or #.',
    )
  }
  return url.href.replace(/\/+$/, '')
}
