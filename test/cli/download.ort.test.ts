import { existsSync, mkdirSync, readdirSync, writeFileSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src-main/cli/program'
import { openModelFolder } from '../../src-main/engine/weights/manifest'
import { fixturePath } from '../support/fixtures'
import { HubServer } from '../support/hub-server'
import { publishedRepositories } from '../support/published'
import { temporaryFolder } from '../support/temporary-folder'
import { tinyGemmaTokenizer } from '../support/tiny-gemma-tokenizer'

/** `tim models download` from a server of this machine that speaks the hub's protocol. */
const TOKEN = 'hf_abcdefghijklmnop'
const server = await HubServer.start(publishedRepositories(TOKEN))
const open = await HubServer.start(publishedRepositories())
afterAll(() => Promise.all([server.close(), open.close()]))

const base = temporaryFolder()
const before = { ...process.env }
let count = 0
let home: string
beforeEach(() => {
  home = join(base, String(count++))
  process.env['TIM_HOME'] = home
  process.env['HF_ENDPOINT'] = open.url
  for (const one of [server, open]) {
    one.seen.length = 0
    one.faults.clear()
  }
})
afterEach(() => {
  process.env = { ...before }
})

async function tim(...args: string[]) {
  const [out, said]: [string[], string[]] = [[], []]
  const terminal = {
    answer: (line: string) => void out.push(line),
    tell: (line: string) => void said.push(line),
    screen: undefined,
  }
  const code = await run(['models', 'download', ...args], terminal)
  return { code, out: out.join('\n'), said: said.join('\n') }
}

test('without a name it lists what is offered, and asks nobody', async () => {
  const { code, out } = await tim()
  expect(code).toBe(0)
  for (const words of [
    'tim-t2i',
    'tim-c2i-256',
    'tim-c2i-512',
    'google/gemma-3-1b-it',
    'Gemma Terms of Use',
    'MIT',
    'Apache-2.0',
  ])
    expect(out).toContain(words)
  expect(open.seen).toEqual([])
})

test('shows exact files and sizes, and fetches nothing before somebody agrees', async () => {
  const { code, said } = await tim('tim-t2i')
  expect(code).toBe(2)
  const { files } = open.repositories['GoodEnough/TiM-T2I'] ?? { files: {} }
  expect(said).toContain(`t2i_model.bin  `)
  expect(said).toContain(`(${files['t2i_model.bin']?.length} bytes)`)
  expect(said).toContain('--yes')
  expect(open.fetches('t2i_model.bin')).toEqual([])
})

test('fetches, checks and imports a whole model, and leaves nothing else', async () => {
  open.faults.set('t2i_model.bin', [{ is: 'cut', after: 5000 }])
  const { code, out, said } = await tim('tim-t2i', '--yes')
  expect({ code, said }).toMatchObject({ code: 0 })
  expect(out).toBe(join(home, 'models', 'tim-t2i'))
  const { manifest } = openModelFolder(out)
  expect(manifest).toMatchObject({ name: 'tim-t2i', kind: 'text', title: 'TiM text to image' })
  expect(manifest.licence).toContain('Gemma')
  expect(manifest.components.transformer?.source).toContain('GoodEnough/TiM-T2I@0123456789abcdef')
  const left = readdirSync(join(home, 'downloads'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(left).toEqual([])
  expect((await tim('tim-t2i', '--yes')).said).toContain("'tim-t2i' is already there")
})

test('--mirror goes before HF_ENDPOINT, and is not sent the token', async () => {
  process.env['HF_TOKEN'] = TOKEN
  process.env['HF_ENDPOINT'] = 'http://127.0.0.1:9'
  const { code, said } = await tim('tim-t2i', '--yes', '--mirror', server.url)
  expect(code).toBe(1)
  expect(said).toContain('https://huggingface.co/google/gemma-3-1b-it')
  expect(server.seen.length).toBeGreaterThan(3)
  expect(server.seen.every(({ authorization }) => authorization === undefined)).toBe(true)
  expect(said).not.toContain(TOKEN)
})

test('a gated model says so before anything is asked, and a folder of this machine takes its place', async () => {
  delete process.env['HF_ENDPOINT']
  const refused = await tim('tim-t2i', '--yes')
  expect(refused.code).toBe(1)
  expect(refused.said).toMatch(/Gemma Terms of Use[^]*https:\/\/huggingface.co\/google\/gemma-3-1b-it[^]*token/)
  expect(existsSync(join(home, 'downloads'))).toBe(false)

  const text = join(base, 'gemma')
  mkdirSync(text)
  for (const name of ['config.json', 'model.safetensors']) copyFileSync(fixturePath(`gemma3/${name}`), join(text, name))
  writeFileSync(join(text, 'tokenizer.json'), JSON.stringify(tinyGemmaTokenizer()))
  const done = await tim('tim-t2i', '--yes', '--mirror', server.url, '--text', text)
  expect(done).toMatchObject({ code: 0 })
  expect(server.seen.filter(({ url }) => url.includes('gemma'))).toEqual([])
})

describe('what cannot be', () => {
  test.each([
    [['tim-xl'], 2, 'tim-t2i, tim-c2i-256, tim-c2i-512'],
    [['tim-t2i', '--mirror', 'nowhere'], 2, 'not the address of a mirror'],
    [['tim-c2i-256', '--yes', '--mirror', 'http://127.0.0.1:9/'], 1, 'cannot be reached'],
  ])('%j ends with %i', async (args, code, words) => {
    const ended = await tim(...args)
    expect(ended.said).toContain(words)
    expect(ended.code).toBe(code)
  })

  test('a token that is none is not repeated', async () => {
    process.env['HF_TOKEN'] = 'my-password'
    delete process.env['HF_ENDPOINT']
    const { said, code } = await tim('tim-t2i')
    expect(said).not.toContain('my-password')
    expect(code).toBe(2)
  })
})
