import type { Endpoint } from './endpoint'
import { HubError, Passing, redact } from './hub-error'
import { refusal, type Asked } from './refusal'

/** Answers of the hub's interface (lists of files and the like) are small; a server that sends more is not listened to. */
const LARGEST_ANSWER = 16 * 1024 * 1024
const MOST_REDIRECTS = 10
const CHECK_CONNECTION = 'Check the connection and the address of the hub, then try again; what has arrived is kept.'

/** How long a server may be silent, in milliseconds. */
export interface Silence {
  readonly silenceMs: number
}

/**
 * One request, following redirects itself: the token goes to the endpoint's own origin alone and is gone for good once a redirect
 * has left it; a redirect may not lead from https to http. The body is still on its way.
 * Throws HubError `hub.redirect`, Passing `hub.unreachable`, or the signal's reason.
 */
export async function guardedFetch(
  endpoint: Endpoint,
  address: string,
  init: RequestInit,
  { silenceMs }: Silence,
): Promise<Response> {
  const home = new URL(endpoint.url)
  const headers = new Headers(init.headers)
  let url = new URL(address)
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (!/^https?:$/.test(url.protocol) || (home.protocol === 'https:' && url.protocol === 'http:')) {
      throw strayed(`leads to ${redact(url.origin)}, which is not safe`)
    }
    if (url.origin !== home.origin) headers.delete('authorization')
    const response = await beforeSilence(url, { ...init, headers, redirect: 'manual' }, silenceMs)
    const next = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || next === null) return response
    await response.body?.cancel()
    if (!URL.canParse(next, url.href)) throw strayed('leads nowhere')
    url = new URL(next, url)
  }
  throw strayed(`has more than ${MOST_REDIRECTS} redirects`)

  function strayed(what: string): HubError {
    return new HubError('hub.redirect', `${redact(address)} ${what}.`, 'Try again later, or choose another mirror.')
  }
}

/** Waits for the head of the answer as long as the server may be silent. */
async function beforeSilence(url: URL, init: RequestInit, silenceMs: number): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), silenceMs)
  const { signal } = init
  try {
    return await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal })
  } catch (error) {
    signal?.throwIfAborted()
    const why = late.signal.aborted ? `it did not answer within ${Math.round(silenceMs / 1000)} s` : reasonOf(error)
    throw new Passing('hub.unreachable', `${url.host} cannot be reached: ${why}.`, CHECK_CONNECTION)
  } finally {
    clearTimeout(timer)
  }
}

/** `fetch` says no more than that it failed; its cause knows why. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error) return redact(('code' in cause ? String(cause.code) : '') || cause.message)
  return 'the connection failed'
}

/**
 * `fetch` as the hub's library takes it: guarded, its answers read whole and bounded, its refusals in our words. Of a ranged request (the
 * library asks for one byte to learn where a file lies) the body is left.
 */
export function libraryFetch(endpoint: Endpoint, asked: Asked, signal: AbortSignal | undefined, silence: Silence): typeof fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const response = await guardedFetch(endpoint, address, { ...init, ...(signal ? { signal } : {}) }, silence)
    if (!response.ok) throw await refusalOf(endpoint, asked, response)
    const isProbe = new Headers(init?.headers).has('range')
    if (isProbe) await response.body?.cancel()
    const body = isProbe || response.body === null ? null : await boundedBody(response, signal)
    const copy = new Response(body, { status: response.status, headers: response.headers })
    Object.defineProperty(copy, 'url', { value: response.url })
    return copy
  }
}

/** The error for an answer other than a success, with what the server says about it. */
export async function refusalOf(endpoint: Endpoint, asked: Asked, response: Response): Promise<HubError> {
  const bytes = await boundedBody(response, undefined).catch(() => new Uint8Array())
  return refusal(endpoint, asked, response.status, response.headers, errorIn(new TextDecoder().decode(bytes)))
}

function errorIn(answer: string): string {
  try {
    const data: unknown = JSON.parse(answer)
    return typeof data === 'object' && data !== null && 'error' in data ? String(data.error) : ''
  } catch {
    return ''
  }
}

async function boundedBody(response: Response, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += part.length
      if (size > LARGEST_ANSWER) throw new HubError('hub.protocol', 'The hub sent an endless answer.', 'Choose another mirror.')
      parts.push(part)
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof HubError) throw error
    throw new Passing('hub.cut', `The hub's answer was cut off: ${reasonOf(error)}.`, CHECK_CONNECTION)
  }
  return Uint8Array.from(Buffer.concat(parts, size))
}
