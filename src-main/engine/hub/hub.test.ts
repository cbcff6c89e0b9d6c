import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { HubServer, REVISION, type Fault } from '../../../test/support/hub-server'
import { seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import type { Repository } from '#shared/released/catalogue'
import { requireSpace } from '../files/disk-space'
import { endpointOf } from './endpoint'
import { partialOf, type FileOrder } from './fetch-file'
import { HubError } from './hub-error'
import { planRepository, type Asking } from './plan-repository'
import { ProgressMeter } from './progress-meter'
import type { Patience } from './retry'
import { transfer, type TransferNews } from './transfer'

const TOKEN = 'hf_abcdefghijklmnop'
const hasty: Patience = { attempts: 3, pauseMs: 1, longestPauseMs: 2000, silenceMs: 150 }

function noise(size: number, seed: number): Uint8Array {
  const random = seededRandom(seed)
  return Uint8Array.from({ length: size }, () => 256 * random())
}
const weights = noise(300_000, 1)
const config = Buffer.from('{"hidden_size": 4}')
const repository: Repository = {
  name: 'me/net',
  what: 'a network',
  files: ['config.json', 'model.bin'],
  licence: '?',
  gated: false,
}

const server = await HubServer.start({
  'me/net': {
    files: { 'README.md': config, 'config.json': config, 'other.txt': config, 'model.bin': weights },
    licence: 'apache-2.0',
  },
  'me/gated': { files: { 'config.json': config, 'model.bin': weights }, gatedTo: TOKEN },
})
afterAll(() => server.close())
beforeEach(() => {
  server.seen.length = 0
  server.faults.clear()
})

let folders = 0
const base = temporaryFolder()
const asking = (token?: string, signal?: AbortSignal): Asking => ({
  endpoint: endpointOf({ token, official: server.url }),
  patience: hasty,
  signal,
})

async function ordersIn(folder: string, asked = asking(), name = 'me/net'): Promise<FileOrder[]> {
  const { revision, files } = await planRepository({ ...repository, name }, asked)
  return files.map((file) => ({ repository: name, revision, file, target: join(folder, file.path) }))
}

interface Fetched {
  readonly folder: string
  readonly news: TransferNews[]
  readonly error: unknown
}

/** Fetches the repository into a new folder (or one that was begun) while the weights arrive with these faults. */
async function fetchWith(faults: readonly Fault[], folder = join(base, String(folders++)), asked = asking()): Promise<Fetched> {
  const orders = await ordersIn(folder, asked, asked.endpoint.token === undefined ? 'me/net' : 'me/gated')
  server.faults.set('model.bin', [...faults])
  const news: TransferNews[] = []
  const error = await transfer(orders, asked, (one) => news.push(one)).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { folder, news, error }
}

function expectWhole({ folder, error }: Fetched): void {
  expect(error).toBeUndefined()
  expect(readFileSync(join(folder, 'model.bin')).equals(weights)).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.bin'])
}

describe('what is to be fetched', () => {
  it('is listed exactly, over several pages, with checksums and the stated licence', async () => {
    const plan = await planRepository(repository, asking())
    expect(plan).toMatchObject({ revision: REVISION, licence: 'apache-2.0' })
    expect(plan.files.map(({ path, bytes, checksum }) => [path, bytes, checksum.kind])).toEqual([
      ['config.json', config.length, 'git-blob'],
      ['model.bin', weights.length, 'sha256'],
    ])
    expect(server.seen.filter(({ url }) => url.includes('/tree/'))).toHaveLength(2)
  })

  it.each<[string, Partial<Repository>, string]>([
    ['a repository that does not exist', { name: 'me/none' }, 'hub.gated'],
    ['a file that does not exist', { files: ['absent.bin'] }, 'hub.missing'],
    ['a gated repository without a token', { name: 'me/gated' }, 'hub.gated'],
  ])('%s is told before anything is fetched', async (_what, change, code) => {
    await expect(planRepository({ ...repository, ...change }, asking())).rejects.toMatchObject({ code })
    expect(server.fetches('model.bin')).toEqual([])
  })

  it('of a gated repository says where its licence is accepted', async () => {
    const gated = { ...repository, name: 'me/gated' }
    await expect(planRepository(gated, asking('hf_wrongwrongwrong'))).rejects.toMatchObject({
      page: 'https://huggingface.co/me/gated',
      remedy: expect.stringContaining('Accept the licence') as unknown,
    })
    expect((await planRepository(gated, asking(TOKEN))).files).toHaveLength(2)
  })

  it.each<[string, Fault[], number]>([
    ['429 with Retry-After', [{ is: 'status', status: 429, headers: { 'retry-after': '1' } }], 1000],
    [
      '5xx twice',
      [
        { is: 'status', status: 503 },
        { is: 'status', status: 500 },
      ],
      0,
    ],
  ])('is asked again after %s', async (_what, faults, atLeastMs) => {
    server.faults.set('api', [...faults])
    const start = performance.now()
    expect((await planRepository(repository, asking())).files).toHaveLength(2)
    expect(performance.now() - start).toBeGreaterThanOrEqual(atLeastMs)
  })

  it('is not asked for ever, and nonsense is called so', async () => {
    server.faults.set(
      'api',
      Array.from({ length: 3 }, () => ({ is: 'status' as const, status: 502 })),
    )
    await expect(planRepository(repository, asking())).rejects.toMatchObject({ code: 'hub.busy' })
    server.faults.set('api', [{ is: 'status', status: 200, body: '{"sha": 7}' }])
    await expect(planRepository(repository, asking())).rejects.toMatchObject({ code: 'hub.protocol' })
    server.faults.set('api', [{ is: 'status', status: 200, body: 'hello' }])
    await expect(planRepository(repository, asking())).rejects.toMatchObject({ code: 'hub.protocol' })
  })

  it('needs a server', async () => {
    const away = { ...asking(), endpoint: endpointOf({ mirror: 'http://127.0.0.1:9' }) }
    await expect(planRepository(repository, away)).rejects.toMatchObject({ code: 'hub.unreachable' })
  })
})

describe('files', () => {
  it('arrive whole, and are not fetched again', async () => {
    const first = await fetchWith([])
    expectWhole(first)
    expect(first.news.filter(({ phase }) => phase === 'fetching').at(-1)).toMatchObject({ done: weights.length + config.length })
    expect(server.fetches('model.bin').map(({ host }) => host)).toEqual(['hub', 'files'])
    server.seen.length = 0
    expectWhole(await fetchWith([], first.folder))
    expect(server.fetches('model.bin')).toEqual([])
  })

  it('that were damaged on this disk are fetched again', async () => {
    const { folder } = await fetchWith([])
    writeFileSync(join(folder, 'model.bin'), noise(weights.length, 2))
    expectWhole(await fetchWith([], folder))
  })

  it.each<[string, Fault[], string[]]>([
    [
      'the connection is cut twice',
      [
        { is: 'cut', after: 100_000 },
        { is: 'cut', after: 100_000 },
      ],
      ['bytes='],
    ],
    ['an answer ends early', [{ is: 'short', after: 50_000 }], ['bytes=50000-']],
    ['the server falls silent', [{ is: 'silence' }], ['bytes=10-']],
    [
      'the server is busy',
      [
        { is: 'status', status: 503 },
        { is: 'status', status: 429, headers: { 'retry-after': '0' } },
      ],
      [],
    ],
    ['the server cannot begin in the middle', [{ is: 'short', after: 1000 }, { is: 'no-range' }], ['bytes=1000-']],
    ['other bytes came once', [{ is: 'garbage' }], []],
  ])('arrive whole although %s', async (_what, faults, ranges) => {
    const done = await fetchWith(faults)
    expectWhole(done)
    const asked = server.fetches('model.bin').map(({ range }) => range ?? '')
    for (const range of ranges) expect(asked.some((one) => one.startsWith(range))).toBe(true)
  })

  it.each<[string, Fault, string]>([
    ['other bytes', { is: 'garbage' }, 'hub.hash'],
    ['more bytes', { is: 'longer' }, 'hub.hash'],
    ['errors', { is: 'status', status: 500 }, 'hub.busy'],
    ['refusals', { is: 'status', status: 418 }, 'hub.refused'],
  ])('are given up when nothing but %s comes', async (_what, fault, code) => {
    const { folder, error } = await fetchWith(Array.from({ length: 10 }, () => fault))
    expect(error).toBeInstanceOf(HubError)
    expect(error).toMatchObject({ code, remedy: expect.stringMatching(/./) as unknown })
    expect(existsSync(join(folder, 'model.bin'))).toBe(false)
  })

  it('are given up where redirects have no end', async () => {
    const loop: Fault[] = Array.from({ length: 20 }, () => ({ is: 'redirect', to: '?again' }))
    expect((await fetchWith(loop)).error).toMatchObject({ code: 'hub.redirect' })
  })

  it('go on where a stopped download ended', async () => {
    const stop = new AbortController()
    const folder = join(base, 'stopped')
    const orders = await ordersIn(folder)
    server.faults.set('model.bin', [{ is: 'silence' }])
    const running = transfer(
      orders,
      { ...asking(), signal: stop.signal, patience: { ...hasty, silenceMs: 60_000 } },
      ({ done }) => {
        if (done >= config.length + 10) stop.abort(new Error('stopped'))
      },
    )
    await expect(running).rejects.toThrow('stopped')
    const order = orders[1]
    expect(order && readFileSync(partialOf(order))).toHaveLength(10)
    server.seen.length = 0
    expectWhole(await fetchWith([], folder))
    expect(server.fetches('model.bin').map(({ range }) => range)).toEqual(['bytes=10-', 'bytes=10-'])
  })

  it('begin anew where the part on this disk is of no use', async () => {
    const folder = join(base, 'useless')
    const [, order] = await ordersIn(folder)
    if (!order) throw new Error('unreachable')
    mkdirSync(dirname(order.target), { recursive: true })
    writeFileSync(partialOf(order), noise(2 * weights.length, 9))
    expectWhole(await fetchWith([], folder))
  })
})

/** A disk of 150 kB, where this machine lets us mount one. */
function mountSmallDisk(disk: string): boolean {
  try {
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=150k', 'tmpfs', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('a disk that fills up is said to be full; what fitted is gone on with', async ({ skip }) => {
  const disk = join(base, 'disk')
  if (!mountSmallDisk(disk)) skip('this machine lets nobody mount')
  try {
    const { error } = await fetchWith([], disk)
    expect(error).toMatchObject({ code: 'file.disk-full', remedy: expect.stringContaining('Free some space') as unknown })
    expect(readdirSync(disk).some((name) => name.endsWith('.partial'))).toBe(true)
    expect(() => requireSpace(disk, 1e15)).toThrow(expect.objectContaining({ code: 'file.disk-full' }))
  } finally {
    // A stream that was stopped closes its file a moment later.
    execFileSync('umount', ['-l', disk])
  }
})

describe('progress', () => {
  it('is a pace of late and the time that is left', () => {
    const meter = new ProgressMeter()
    expect(meter.note(0, 500, 10_500)).toEqual({ rate: 0, secondsLeft: null })
    expect(meter.note(1000, 1500, 10_500)).toEqual({ rate: 1000, secondsLeft: 9 })
    // A tenth as fast from now on: what is older than the window is forgotten.
    for (let second = 2; second <= 20; second++) meter.note(1000 * second, 1500 + 100 * (second - 1), 10_500)
    expect(meter.note(21_000, 3500, 10_500).rate).toBeCloseTo(100)
    // What must be fetched again is no pace at all.
    expect(meter.note(22_000, 0, 10_500)).toEqual({ rate: 0, secondsLeft: null })
    expect(new ProgressMeter().note(0, 7, 7)).toEqual({ rate: 0, secondsLeft: 0 })
  })
})

describe('the token', () => {
  it('goes to the hub alone: not to the host of the files', async () => {
    const done = await fetchWith([{ is: 'cut', after: 1000 }], undefined, asking(TOKEN))
    expectWhole(done)
    const told = (host: 'hub' | 'files') =>
      new Set(server.seen.filter((one) => one.host === host).map((one) => one.authorization))
    expect(told('hub')).toEqual(new Set([`Bearer ${TOKEN}`]))
    expect(told('files')).toEqual(new Set([undefined]))
  })

  it('is not given back by a redirect that returns', async () => {
    server.faults.set('api', [{ is: 'redirect', to: `${server.filesUrl}/blobs/x/y/z` }])
    await expect(planRepository({ ...repository, name: 'me/gated' }, asking(TOKEN))).rejects.toMatchObject({
      code: 'hub.missing',
    })
    expect(server.seen.at(-1)).toMatchObject({ host: 'files', authorization: undefined })
    // model.bin of the second host sends on to the hub: whoever has left comes back without a token.
    const { error } = await fetchWith(
      [{ is: 'redirect', to: `${server.url}/me/gated/resolve/${REVISION}/model.bin` }],
      undefined,
      asking(TOKEN),
    )
    expect(error).toMatchObject({ code: 'hub.gated' })
    expect(server.seen.at(-1)).toMatchObject({ host: 'hub', authorization: undefined })
  })

  it('is never sent to a mirror', async () => {
    const endpoint = endpointOf({ mirror: `${server.url}/`, token: TOKEN })
    expect(endpoint).toEqual({ url: server.url })
    await planRepository(repository, { ...asking(), endpoint })
    expect(server.seen.every(({ authorization }) => authorization === undefined)).toBe(true)
    await expect(planRepository({ ...repository, name: 'me/gated' }, { ...asking(), endpoint })).rejects.toThrow(/./)
  })

  it('stands in no message, also when the server repeats it', async () => {
    const body = JSON.stringify({ error: `Who is ${TOKEN}? See https://x.org/file?signature=secret` })
    server.faults.set('api', [{ is: 'status', status: 400, body }])
    const error = await planRepository(repository, asking(TOKEN)).catch((reason: unknown) => reason as HubError)
    expect(error).toBeInstanceOf(HubError)
    expect(String(error)).toContain('Who is ***? See https://x.org/file')
    for (const text of [String(error), JSON.stringify(error), (error as HubError).stack, (error as HubError).remedy]) {
      expect(text).not.toContain(TOKEN)
      expect(text).not.toContain('secret')
    }
  })

  it('must look like one', () => {
    for (const token of ['abc', 'hf_', 'hf_abc\r\nHost: x', 'Bearer hf_abcdefghijk'])
      expect(() => endpointOf({ token })).toThrow(expect.objectContaining({ code: 'hub.token' }))
  })
})

describe('addresses', () => {
  it('of mirrors are plain', () => {
    expect(endpointOf({ mirror: 'https://mirror.example/hub/' })).toEqual({ url: 'https://mirror.example/hub' })
    expect(endpointOf({ mirror: '' })).toEqual({ url: 'https://huggingface.co' })
    for (const mirror of ['mirror', 'ftp://x', 'file:///etc', 'https://user:pw@x.org', 'https://x.org?a', 'https://x.org#a'])
      expect(() => endpointOf({ mirror })).toThrow(expect.objectContaining({ code: 'hub.address' }))
  })
})
