import { InvalidApiResponseFormatError } from '@huggingface/hub'
import { pageOf } from '#shared/released/catalogue'
import type { Endpoint } from './endpoint'
import { HubError, Passing, redact } from './hub-error'

/** What was asked for: a repository, or a file of it. */
export interface Asked {
  readonly repository: string
  readonly path?: string
}

/** The error for an answer that is none of what was asked for. `said` are the server's own words. */
export function refusal(endpoint: Endpoint, asked: Asked, status: number, headers: Headers, said = ''): HubError {
  const { host } = new URL(endpoint.url)
  const what = asked.path === undefined ? asked.repository : `${asked.path} of ${asked.repository}`
  const words = said === '' ? '' : ` It says: ${redact(said, endpoint.token).slice(0, 300)}`
  if (status === 401 || status === 403) return locked(endpoint, asked)
  if (status === 404 || status === 410) {
    const remedy = 'Check the address of the mirror, or look for a newer version of TiM Studio.'
    return new HubError('hub.missing', `${host} has no ${what}.`, remedy, pageOf({ name: asked.repository }))
  }
  if (status === 429 || status === 408 || status >= 500) {
    const why = status === 429 ? 'asks to wait' : `has trouble (status ${status})`
    return new Passing('hub.busy', `${host} ${why}.${words}`, 'Try again later; what has arrived is kept.', retryAfter(headers))
  }
  return new HubError(
    'hub.refused',
    `${host} refuses ${what} (status ${status}).${words}`,
    'Try again later, or choose a mirror.',
  )
}

/** Files that are given to some accounts only. Repositories that do not exist look the same without a token. */
function locked(endpoint: Endpoint, { repository }: Asked): HubError {
  const page = pageOf({ name: repository })
  const orFolder = 'or name a folder of this machine that holds it'
  if (endpoint.token !== undefined) {
    const remedy = `Accept the licence on ${page} with the account of the token, let the token read gated repositories, ${orFolder}.`
    return new HubError('hub.gated', `This token may not read ${repository}.`, remedy, page)
  }
  const how =
    endpoint.url === new URL(page).origin ? 'give a token' : 'download from the hub itself with a token (mirrors get none)'
  const message = `${repository} is given only to those who have accepted its licence.`
  return new HubError('hub.gated', message, `Accept it on ${page} and ${how}, ${orFolder}.`, page)
}

/** What the hub's library throws over an answer that is none, in our words; everything else as it is. */
export function fromLibrary(error: unknown, endpoint: Endpoint, asked: Asked): unknown {
  const isNonsense = error instanceof InvalidApiResponseFormatError || error instanceof SyntaxError || error instanceof TypeError
  return isNonsense ? nonsense(endpoint, asked, redact(error.message, endpoint.token).slice(0, 200)) : error
}

/** The error for an answer that the hub would not give. */
export function nonsense(endpoint: Endpoint, { repository }: Asked, why: string): HubError {
  const message = `${new URL(endpoint.url).host} does not answer as the hub does about ${repository}: ${why}.`
  return new HubError('hub.protocol', message, 'Check the address of the mirror, or try another.')
}

/** Retry-After in milliseconds: seconds, or a date. */
function retryAfter(headers: Headers): number {
  const said = headers.get('retry-after') ?? ''
  if (/^\d{1,6}$/.test(said)) return Number(said) * 1000
  const date = Date.parse(said)
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now())
}
