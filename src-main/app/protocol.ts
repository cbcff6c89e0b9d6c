import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { GenerationId, ImageId } from '#shared/schema/id'
import { startPictureIn } from '#shared/schema/start-picture'
import { APP_HOST, IMAGE_HOST, SCHEME, SMALL_HOST, START_HOST } from './address'

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
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Tells Chromium of the scheme. Call it before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ])
}

/** Where images lie. */
export interface Images {
  fileOf(id: ImageId): string
  /** A small copy of a picture, made when it is not there yet, or the picture itself. */
  smallFileOf(id: GenerationId): Promise<string>
}

/**
 * Serves the page from `pageFolder`, the library's images by id, and the pictures to start from by hash. Paths never come from the window: an address that is not an id, or
 * that leads out of the page's folder, is not found.
 */
export function serve(pageFolder: string, images: Images, startOf: (sha256: string) => string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    if (request.method !== 'GET') return notFound()
    if (host === APP_HOST) return page(pageFolder, pathname)
    if (host === IMAGE_HOST) return image(ImageId.safeParse(pathname.slice(1)).data, (id) => images.fileOf(id))
    if (host === SMALL_HOST) return image(GenerationId.safeParse(pathname.slice(1)).data, (id) => images.smallFileOf(id))
    if (host === START_HOST) return image(startPictureIn(pathname), startOf)
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

async function image<Id>(id: Id | undefined, fileOf: (id: Id) => string | Promise<string>): Promise<Response> {
  if (id === undefined) return notFound()
  const path = await fileOf(id)
  // An image never changes once it is there: its id is its content.
  return file(path, {
    'content-type': TYPES[extname(path)] ?? 'image/png',
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
