import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A repository that the server has. Files over `LFS_FROM` bytes lie at another host, as those of the real hub do. */
export interface ServedRepository {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly licence?: string
  /** Given only to this token; anybody may see the list. */
  readonly gatedTo?: string
}

/** What goes wrong with the bytes of a file: each fault once, in order. Requests for one byte (where does it lie?) are spared. */
export type Fault =
  /** The connection is destroyed after some bytes. */
  | { readonly is: 'cut'; readonly after: number }
  /** The answer ends early as if it were complete (chunked). */
  | { readonly is: 'short'; readonly after: number }
  | {
      readonly is: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** Other bytes than those of the list, of the same number. */
  | { readonly is: 'garbage' }
  | { readonly is: 'longer' }
  | { readonly is: 'silence' }
  /** Range is not understood: the whole file comes. */
  | { readonly is: 'no-range' }
  | { readonly is: 'redirect'; readonly to: string }

export interface Seen {
  readonly host: 'hub' | 'files'
  readonly url: string
  readonly authorization: string | undefined
  readonly range: string | undefined
}

const LFS_FROM = 1000
export const REVISION = '0123456789abcdef0123456789abcdef01234567'

/**
 * A server of the hub's protocol on this machine, with faults: `api/models/…` (information, list of files), `…/resolve/…`, which leads
 * large files to a second host. Other ports are other origins.
 */
export class HubServer {
  readonly seen: Seen[] = []
  /** Of files' bytes, by path; of questions of the interface under 'api'. */
  readonly faults = new Map<string, Fault[]>()
  private readonly hub: Server
  private readonly cdn: Server

  private constructor(readonly repositories: Record<string, ServedRepository>) {
    this.hub = createServer((request, response) => this.answerHub(request, response))
    this.cdn = createServer((request, response) => this.answerFiles(request, response))
  }

  static async start(repositories: Record<string, ServedRepository>): Promise<HubServer> {
    const server = new HubServer(repositories)
    await Promise.all(
      [server.hub, server.cdn].map((one) => new Promise<void>((ready) => one.listen(0, '127.0.0.1', () => ready()))),
    )
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.hub.address() as AddressInfo).port}`
  }

  get filesUrl(): string {
    return `http://127.0.0.1:${(this.cdn.address() as AddressInfo).port}`
  }

  /** Requests for bytes of a file: not those that ask where it lies. */
  fetches(path: string): Seen[] {
    return this.seen.filter(({ url, range }) => url.includes(path) && /resolve|blobs/.test(url) && range !== 'bytes=0-0')
  }

  async close(): Promise<void> {
    for (const one of [this.hub, this.cdn]) {
      one.closeAllConnections()
      await new Promise((closed) => one.close(closed))
    }
  }

  private answerHub(request: IncomingMessage, response: ServerResponse): void {
    const url = this.note('hub', request)
    const fault = url.pathname.startsWith('/api/') ? this.faults.get('api')?.shift() : undefined
    if (fault !== undefined) return this.misbehave(fault, response, Buffer.alloc(0), 0)
    const [, info] = /^\/api\/models\/([^/]+\/[^/]+)\/revision\//.exec(url.pathname) ?? []
    if (info !== undefined) return this.answerInfo(info, response)
    const [, listed] = /^\/api\/models\/([^/]+\/[^/]+)\/tree\//.exec(url.pathname) ?? []
    if (listed !== undefined) return this.answerList(listed, url, response)
    const [, name = '', revision, path = ''] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname) ?? []
    const repository = this.repositories[name]
    const bytes = repository?.files[path]
    if (bytes === undefined || revision !== REVISION)
      return refuse(response, repository ? 404 : 401, repository ? 'EntryNotFound' : 'RepoNotFound')
    if (repository?.gatedTo !== undefined && request.headers.authorization !== `Bearer ${repository.gatedTo}`) {
      return refuse(response, request.headers.authorization === undefined ? 401 : 403, 'GatedRepo')
    }
    if (bytes.length < LFS_FROM) return this.send(path, Buffer.from(bytes), request, response)
    response.writeHead(302, {
      location: `${this.filesUrl}/blobs/${name}/${path}?signature=secret`,
      'x-linked-size': String(bytes.length),
      'x-linked-etag': `"${sha256(bytes)}"`,
    })
    response.end()
  }

  private answerInfo(name: string, response: ServerResponse): void {
    const repository = this.repositories[name]
    if (repository === undefined) return refuse(response, 401, 'RepoNotFound')
    const gated = repository.gatedTo === undefined ? false : 'manual'
    json(response, { _id: '1', id: name, sha: REVISION, private: false, gated, tags: [`license:${repository.licence ?? 'mit'}`] })
  }

  /** Two entries a page, so that lists have to be followed. */
  private answerList(name: string, url: URL, response: ServerResponse): void {
    const repository = this.repositories[name]
    if (repository === undefined) return refuse(response, 401, 'RepoNotFound')
    const entries = Object.entries(repository.files).map(([path, bytes]) => ({
      type: 'file',
      path,
      size: bytes.length,
      oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
      ...(bytes.length < LFS_FROM ? {} : { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } }),
    }))
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const next = `${this.url}${url.pathname}?recursive=true&cursor=${from + 2}`
    if (from + 2 < entries.length) response.setHeader('link', `<${next}>; rel="next"`)
    json(response, entries.slice(from, from + 2))
  }

  private answerFiles(request: IncomingMessage, response: ServerResponse): void {
    const url = this.note('files', request)
    const [, name = '', path = ''] = /^\/blobs\/([^/]+\/[^/]+)\/(.+)$/.exec(url.pathname) ?? []
    const bytes = this.repositories[name]?.files[path]
    if (bytes === undefined) return refuse(response, 404, 'EntryNotFound')
    this.send(path, Buffer.from(bytes), request, response)
  }

  private send(path: string, bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const isProbe = request.headers.range === 'bytes=0-0'
    const from = first === undefined ? 0 : Number(first)
    const fault = isProbe ? undefined : this.faults.get(path)?.shift()
    response.setHeader('etag', `"${sha256(bytes).slice(0, 20)}"`)
    if (fault !== undefined) return this.misbehave(fault, response, bytes, from)
    if (first === undefined) return void response.writeHead(200, { 'content-length': String(bytes.length) }).end(bytes)
    if (from >= bytes.length) return refuse(response, 416, 'Range')
    const part = bytes.subarray(from, last === '' || last === undefined ? undefined : Number(last) + 1)
    const range = `bytes ${from}-${from + part.length - 1}/${bytes.length}`
    response.writeHead(206, { 'content-range': range, 'content-length': String(part.length) }).end(part)
  }

  private misbehave(fault: Fault, response: ServerResponse, bytes: Buffer, from: number): void {
    const head = (length: number): void =>
      void response.writeHead(from > 0 ? 206 : 200, {
        'content-length': String(length),
        ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      })
    switch (fault.is) {
      case 'cut':
        head(bytes.length - from)
        return void response.write(bytes.subarray(from, from + fault.after), () => setTimeout(() => response.destroy(), 5))
      case 'short':
        if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
        response.write(bytes.subarray(from, from + fault.after))
        return void response.end()
      case 'status':
        return void response
          .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
          .end(fault.body ?? '{}')
      case 'garbage':
        head(bytes.length - from)
        return void response.end(randomBytes(bytes.length - from))
      case 'longer':
        head(bytes.length - from + 10)
        return void response.end(Buffer.concat([bytes.subarray(from), Buffer.alloc(10)]))
      case 'silence':
        head(bytes.length - from)
        return void response.write(bytes.subarray(from, from + 10))
      case 'no-range':
        return void response.writeHead(200, { 'content-length': String(bytes.length) }).end(bytes)
      case 'redirect':
        return void response.writeHead(302, { location: fault.to }).end()
    }
  }

  private note(host: Seen['host'], { url = '', headers }: IncomingMessage): URL {
    this.seen.push({ host, url, authorization: headers.authorization, range: headers.range })
    return new URL(url, 'http://here')
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function json(response: ServerResponse, data: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data))
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = JSON.stringify({ error: `The server refuses (${code}).` })
  response.writeHead(status, { 'content-type': 'application/json', 'x-error-code': code }).end(body)
}
