import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { ImageId } from '#shared/schema/id'
import { APP_HOST, IMAGE_HOST, SCHEME } from './address'

/** What a page from here may do at most. Its styles it limits itself, by the hashes in its own policy (index.html). */
const POLICY = [
  "script-src 'self'",
  `img-src 'self' ${SCHEME}:`,
  "font-src 'self'",
  "media-src 'none'",
  "connect-src 'none'",
  "worker-src 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Tells Chromium of the scheme. Call it before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ])
}

/**
 * Serves the page from `pageFolder` and the library's images by id; `fileOf` knows where an image lies. Paths never come from
 * the window: an address that is not an id, or that leads out of the page's folder, is not found.
 */
export function serve(pageFolder: string, fileOf: (id: ImageId) => string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    if (request.method !== 'GET') return notFound()
    if (host === APP_HOST) return page(pageFolder, pathname)
    if (host === IMAGE_HOST) return image(pathname.slice(1), fileOf)
    return notFound()
  })
}

async function page(folder: string, pathname: string): Promise<Response> {
  let path: string
  try {
    path = normalize(join(folder, decodeURIComponent(pathname)))
  } catch {
    return notFound()
  }
  const type = TYPES[extname(path)]
  if (type === undefined || !path.startsWith(folder + sep)) return notFound()
  return file(path, { 'content-type': type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' })
}

async function image(id: string, fileOf: (id: ImageId) => string): Promise<Response> {
  const parsed = ImageId.safeParse(id)
  if (!parsed.success) return notFound()
  // An image never changes once it is there: its id is its content.
  return file(fileOf(parsed.data), {
    'content-type': 'image/png',
    'cache-control': 'private, max-age=31536000, immutable',
    'access-control-allow-origin': `${SCHEME}://${APP_HOST}`,
  })
}

async function file(path: string, headers: Record<string, string>): Promise<Response> {
  try {
    return new Response(new Uint8Array(await readFile(path)), { headers })
  } catch {
    return notFound()
  }
}

function notFound(): Response {
  return new Response(null, { status: 404 })
}
